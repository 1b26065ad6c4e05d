//! Currencies, and amounts as people read them. The exact decimal behind each is `amount`'s.

use crate::amount::split_minor;

/// A currency people pay in, with what is needed to write an amount as locals do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Currency {
    /// ISO 4217 code.
    pub code: &'static str,
    /// Digits of the minor unit (ISO 4217).
    pub scale: u8,
    /// The sign set before an amount.
    pub sign: &'static str,
}

impl Currency {
    /// The currencies we know; an event priced in another is refused.
    pub const ALL: [Self; 6] = [
        Self { code: "THB", scale: 2, sign: "฿" },
        Self { code: "USD", scale: 2, sign: "$" },
        Self { code: "EUR", scale: 2, sign: "€" },
        Self { code: "GBP", scale: 2, sign: "£" },
        Self { code: "JPY", scale: 0, sign: "¥" },
        Self { code: "SGD", scale: 2, sign: "S$" },
    ];

    /// The currency with this code, if we know it.
    #[must_use]
    pub fn find(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|currency| currency.code == code)
    }

    /// `฿1,500.00`: sign, thousands, minor units.
    #[must_use]
    pub fn write(&self, minor: i64) -> String {
        let (whole, fraction) = split_minor(minor, self.scale);
        format!("{}{}{}{fraction}", if minor < 0 { "-" } else { "" }, self.sign, with_commas(whole))
    }
}

/// `1,234,567`: a whole number as people read it.
#[must_use]
pub fn grouped(number: i64) -> String {
    format!("{}{}", if number < 0 { "-" } else { "" }, with_commas(number.unsigned_abs()))
}

fn with_commas(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_locals_write_them() {
        let baht = Currency::find("THB").expect("known");
        assert_eq!(baht.write(150_000), "฿1,500.00");
        assert_eq!(baht.write(-5), "-฿0.05");
        assert_eq!(Currency::find("JPY").expect("known").write(1_234_567), "¥1,234,567");
    }

    #[test]
    fn thousands_are_set_apart_in_numbers_of_every_length() {
        for (number, text) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (123_456, "123,456"), (-1_000, "-1,000")]
        {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(grouped(i64::MIN), "-9,223,372,036,854,775,808");
    }
}
