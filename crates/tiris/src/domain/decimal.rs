//! Exact decimals: units of the eighth decimal in `i64`, read from JSON numbers or texts as they were written, never through
//! a float.

use kernel::{AmountFault, format_minor, parse_minor};
use std::borrow::Cow;

/// Decimal digits of every asset.
pub const SCALE: u8 = 8;
/// Units of one whole.
pub const ONE: i64 = 100_000_000;
/// The largest exponent a JSON number may carry: beyond it every value is zero or too large.
const EXPONENT_MAX: i32 = 40;

/// Units as a plain decimal with eight digits behind the point.
#[must_use]
pub fn format(units: i64) -> String {
    format_minor(units, SCALE)
}

/// Reads a JSON value, a number or a text that holds one. Errors: the first of [`AmountFault`] that applies.
pub fn parse_json(raw: &str) -> Result<i64, AmountFault> {
    let text: Cow<'_, str> = match raw.trim() {
        text if text.starts_with('"') => {
            serde_json::from_str::<String>(text).map_err(|_| AmountFault::NotADecimal)?.into()
        }
        number => number.into(),
    };
    parse(&text)
}

/// Reads a plain decimal, or one with an exponent as JSON allows it: `1e-8`.
pub fn parse(text: &str) -> Result<i64, AmountFault> {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return parse_minor(text, SCALE) };
    let exponent: i32 = exponent.parse().map_err(|_| AmountFault::NotADecimal)?;
    let is_negative = mantissa.starts_with('-');
    let plain = shifted(mantissa.trim_start_matches('-'), exponent)?;
    if is_negative && plain.bytes().any(|byte| matches!(byte, b'1'..=b'9')) {
        return Err(AmountFault::Negative);
    }
    parse_minor(&plain, SCALE)
}

/// The plain decimal of a mantissa with its point moved; no zeros behind the last digit.
fn shifted(mantissa: &str, exponent: i32) -> Result<String, AmountFault> {
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_plain =
        !whole.is_empty() && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    if !is_plain || exponent.abs() > EXPONENT_MAX {
        return Err(if is_plain && exponent > 0 { AmountFault::TooLarge } else { AmountFault::NotADecimal });
    }
    let zeros = usize::try_from(EXPONENT_MAX).unwrap_or_default();
    let digits = format!("{}{whole}{fraction}{}", "0".repeat(zeros), "0".repeat(zeros));
    let point = i32::try_from(zeros + whole.len()).map_err(|_| AmountFault::TooLarge)? + exponent;
    let (before, after) = digits.split_at(usize::try_from(point).map_err(|_| AmountFault::TooLarge)?);
    let before = before.trim_start_matches('0');
    let (before, after) = (if before.is_empty() { "0" } else { before }, after.trim_end_matches('0'));
    Ok(if after.is_empty() { before.to_owned() } else { format!("{before}.{after}") })
}

/// The product of two amounts, rounded once to the eighth decimal, half away from zero; `None` beyond `i64`.
#[must_use]
pub fn product(price: i64, volume: i64) -> Option<i64> {
    ratio(i128::from(price) * i128::from(volume), i128::from(ONE))
}

/// A quotient rounded half away from zero; `None` beyond `i64` or by zero.
#[must_use]
pub fn ratio(numerator: i128, denominator: i128) -> Option<i64> {
    if denominator == 0 {
        return None;
    }
    let (quotient, rest) = (numerator / denominator, numerator % denominator);
    let is_up = rest.unsigned_abs() * 2 >= denominator.unsigned_abs();
    let away = if (numerator < 0) == (denominator < 0) { 1 } else { -1 };
    i64::try_from(if is_up { quotient + away } else { quotient }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_texts_are_read_as_they_are_written() {
        let cases = [
            ("3000", 300_000_000_000),
            ("\"9226.5\"", 922_650_000_000),
            ("0.00000001", 1),
            ("1e-8", 1),
            ("1.5E3", 150_000_000_000),
            ("-0e3", 0),
            ("10e-9", 1),
            ("92233720368.54775807", i64::MAX),
        ];
        for (raw, units) in cases {
            assert_eq!(parse_json(raw), Ok(units), "{raw}");
        }
    }

    #[test]
    fn what_would_be_lost_is_refused() {
        let cases = [
            ("0.000000001", AmountFault::TooManyDecimals),
            ("1e-9", AmountFault::TooManyDecimals),
            ("1.000000000", AmountFault::TooManyDecimals),
            ("92233720368.54775808", AmountFault::TooLarge),
            ("1e39", AmountFault::TooLarge),
            ("1e99", AmountFault::TooLarge),
            ("-1", AmountFault::Negative),
            ("-1e2", AmountFault::Negative),
            ("true", AmountFault::NotADecimal),
            ("\"\"", AmountFault::NotADecimal),
            ("1e", AmountFault::NotADecimal),
            ("1.2.3e1", AmountFault::NotADecimal),
        ];
        for (raw, fault) in cases {
            assert_eq!(parse_json(raw), Err(fault), "{raw}");
        }
    }

    #[test]
    fn a_product_is_rounded_once_and_half_away_from_zero() {
        assert_eq!(product(300_000_000_000, 2 * ONE), Some(600_000_000_000));
        assert_eq!((product(1, ONE / 2), product(1, ONE / 2 - 1)), (Some(1), Some(0)));
        assert_eq!(product(i64::MAX, 2 * ONE), None);
        assert_eq!(
            (ratio(-3, 2), ratio(3, -2), ratio(-1, 3), ratio(1, 0)),
            (Some(-2), Some(-2), Some(0), None)
        );
    }
}
