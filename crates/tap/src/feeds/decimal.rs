//! Decimal text to exact integers: prices with eight decimals, and seconds with a fraction. Total: no text panics,
//! nothing passes through a floating-point number, and each way to be wrong has its name.

use crate::domain::venue_update::{PRICE_E8_MAX, PriceE8};
use kernel::{AmountFault, parse_minor};

/// The longest price that is read: eight digits, a point, eight decimals, and room for zeros that say nothing.
const PRICE_BYTES_MAX: usize = 24;
/// Decimals of a [`PriceE8`].
const DECIMALS: u8 = 8;

/// Why a text is no price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum PriceFault {
    /// Nothing there.
    #[error("the price is empty")]
    Empty,
    /// More bytes than any price has.
    #[error("the price is too long")]
    TooLong,
    /// Below zero.
    #[error("the price is negative")]
    Negative,
    /// A price of nothing is no price.
    #[error("the price is zero")]
    Zero,
    /// `6e4`: no venue writes that, and reading it needs a float.
    #[error("the price has an exponent")]
    Exponent,
    /// `NaN`, `inf`, `null`, two points, letters.
    #[error("the price is not a number")]
    NotANumber,
    /// More than eight decimals cannot be kept exactly.
    #[error("the price has more than eight decimals")]
    TooManyDecimals,
    /// More than [`PRICE_E8_MAX`].
    #[error("the price is larger than any that is believed")]
    TooLarge,
}

impl PriceFault {
    /// The fault's name in counters.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Empty => "price_empty",
            Self::TooLong => "price_too_long",
            Self::Negative => "price_negative",
            Self::Zero => "price_zero",
            Self::Exponent => "price_exponent",
            Self::NotANumber => "price_not_a_number",
            Self::TooManyDecimals => "price_too_many_decimals",
            Self::TooLarge => "price_too_large",
        }
    }
}

/// Reads `61837.63000000` as 6,183,763,000,000. Errors: the first [`PriceFault`] that applies.
pub fn price_e8(text: &str) -> Result<PriceE8, PriceFault> {
    if text.is_empty() {
        return Err(PriceFault::Empty);
    }
    if text.len() > PRICE_BYTES_MAX {
        return Err(PriceFault::TooLong);
    }
    match parse_minor(text, DECIMALS) {
        Ok(price) => in_range(price),
        Err(AmountFault::NotADecimal | AmountFault::Negative) => Err(not_digits(text)),
        Err(AmountFault::TooManyDecimals) => Err(PriceFault::TooManyDecimals),
        Err(AmountFault::TooLarge) => Err(PriceFault::TooLarge),
    }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Names what is wrong with a text that is more than digits and one point.
fn not_digits(text: &str) -> PriceFault {
    let number = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E');
    let looks_like_one = text.bytes().all(number) && text.bytes().any(|byte| byte.is_ascii_digit());
    match text.as_bytes() {
        [b'-', ..] if looks_like_one => PriceFault::Negative,
        bytes if looks_like_one && bytes.iter().any(|byte| matches!(byte, b'e' | b'E')) => {
            PriceFault::Exponent
        }
        _ => PriceFault::NotANumber,
    }
}

const fn in_range(price: PriceE8) -> Result<PriceE8, PriceFault> {
    match price {
        0 => Err(PriceFault::Zero),
        price if price > PRICE_E8_MAX => Err(PriceFault::TooLarge),
        price => Ok(price),
    }
}

/// Reads Unix seconds with a fraction, `1688669597.8277369`, as milliseconds, rounded down; `None` when it is none.
#[must_use]
pub fn seconds_to_ms(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let millis = fraction.bytes().chain(std::iter::repeat(b'0')).take(3);
    let millis = millis.fold(0_i64, |sum, digit| sum * 10 + i64::from(digit.wrapping_sub(b'0')));
    whole.parse::<i64>().ok()?.checked_mul(1_000)?.checked_add(millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_read_exactly() {
        for (text, price) in [
            ("61837.63000000", 6_183_763_000_000),
            ("61837.6", 6_183_760_000_000),
            ("61837", 6_183_700_000_000),
            ("0.00000001", 1),
            ("10000000", PRICE_E8_MAX),
            ("10000000.00000000", PRICE_E8_MAX),
            ("0.1", 10_000_000),
        ] {
            assert_eq!(price_e8(text), Ok(price), "{text}");
        }
    }

    #[test]
    fn each_way_to_be_no_price_has_its_name() {
        use PriceFault::*;
        for (text, fault) in [
            ("", Empty),
            ("-1", Negative),
            ("-61837.63", Negative),
            ("-0", Negative),
            ("0", Zero),
            ("0.00000000", Zero),
            ("6.18e4", Exponent),
            ("1E5", Exponent),
            ("NaN", NotANumber),
            ("inf", NotANumber),
            ("-inf", NotANumber),
            ("null", NotANumber),
            ("\"61837\"", NotANumber),
            ("+61837", NotANumber),
            ("1.2.3", NotANumber),
            (".5", NotANumber),
            ("5.", NotANumber),
            (".", NotANumber),
            ("-", NotANumber),
            ("61,837", NotANumber),
            (" 61837", NotANumber),
            ("６１８３７", NotANumber),
            ("61837.630000001", TooManyDecimals),
            ("10000000.00000001", TooLarge),
            ("99999999999999999", TooLarge),
            ("61837.63000000000000000000000000", TooLong),
        ] {
            assert_eq!(price_e8(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn a_price_agrees_with_arithmetic_on_cents() {
        for cents in [1_i64, 99, 100, 6_183_763, 999_999_999] {
            let text = format!("{}.{:02}", cents / 100, cents % 100);
            assert_eq!(price_e8(&text), Ok(cents * 1_000_000), "{text}");
        }
    }

    #[test]
    fn seconds_with_a_fraction_become_milliseconds() {
        assert_eq!(seconds_to_ms("1688669597.8277369"), Some(1_688_669_597_827));
        assert_eq!(seconds_to_ms("1688669597.8"), Some(1_688_669_597_800));
        assert_eq!(seconds_to_ms("1688669597"), Some(1_688_669_597_000));
        for text in ["", "-1.5", "1.", ".5", "x", "1e9", "99999999999999999999.1"] {
            assert_eq!(seconds_to_ms(text), None, "{text}");
        }
    }
}
