//! Assets and amounts: whole minor units in `i64`, never a float.

/// The code of an asset or currency, at most eight upper-case letters or digits (`SEAT`, `USD`, `THB`, `XTR`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AssetCode([u8; 8]);

impl AssetCode {
    /// Reads a code. `None` for an empty, long or otherwise spelled text.
    #[must_use]
    pub const fn new(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.is_empty() || bytes.len() > 8 {
            return None;
        }
        let mut code = [0; 8];
        let mut at = 0;
        while at < bytes.len() {
            if !(bytes[at].is_ascii_uppercase() || bytes[at].is_ascii_digit()) {
                return None;
            }
            code[at] = bytes[at];
            at += 1;
        }
        Some(Self(code))
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let length = self.0.iter().position(|byte| *byte == 0).unwrap_or(8);
        std::str::from_utf8(&self.0[..length]).unwrap_or_default()
    }
}

impl std::fmt::Display for AssetCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What an account holds: a code, and how many decimal digits one whole unit has (`THB` 2, `SEAT` 0, `BTC` 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Asset {
    /// The code.
    pub code: AssetCode,
    /// Decimal digits of the minor unit, 0..=18.
    pub scale: u8,
}

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
        let plain = format_minor(minor.checked_abs().unwrap_or(i64::MAX), self.scale);
        let (whole, rest) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
        let mut grouped = String::new();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        format!("{}{}{grouped}{rest}", if minor < 0 { "-" } else { "" }, self.sign)
    }
}

/// Minor units as a plain decimal: `format_minor(-5, 2)` is `-0.05`.
#[must_use]
pub fn format_minor(minor: i64, scale: u8) -> String {
    let unit = 10_u128.pow(u32::from(scale.min(18)));
    let magnitude = u128::from(minor.unsigned_abs());
    let sign = if minor < 0 { "-" } else { "" };
    if scale == 0 {
        return format!("{sign}{magnitude}");
    }
    format!("{sign}{}.{:0width$}", magnitude / unit, magnitude % unit, width = usize::from(scale))
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
        assert_eq!(format_minor(i64::MIN, 8), "-92233720368.54775808");
    }

    #[test]
    fn codes_are_upper_case_and_short() {
        assert_eq!(AssetCode::new("SEAT").map(|code| code.to_string()), Some("SEAT".to_owned()));
        for bad in ["", "seat", "TOOLONGCODE", "A B"] {
            assert!(AssetCode::new(bad).is_none());
        }
    }
}
