//! Assets, and amounts of them: whole minor units in `i64`, written and read as exact decimals, never through a float.

use crate::word::{Alphabet, Word};

/// The most decimal digits a minor unit may have: the most of which one whole unit still fits an `i64`.
pub const SCALE_MAX: u8 = 18;
/// The longest code: what exchanges call their tokens.
const CODE_BYTES_MAX: usize = 20;

/// The code of an asset or currency, at most twenty upper-case letters or digits (`SEAT`, `USD`, `THB`, `1000PEPE`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AssetCode(Word<CODE_BYTES_MAX>);

impl AssetCode {
    /// Reads a code. `None` for an empty, long or otherwise spelled text.
    #[must_use]
    pub const fn new(text: &str) -> Option<Self> {
        match Word::new(text, Alphabet::UpperAndDigits) {
            Some(word) => Some(Self(word)),
            None => None,
        }
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl std::fmt::Display for AssetCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::fmt::Debug for AssetCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AssetCode({self})")
    }
}

/// What an account holds: a code, and how many decimal digits one whole unit has (`THB` 2, `SEAT` 0, `BTC` 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Asset {
    code: AssetCode,
    scale: u8,
}

impl Asset {
    /// An asset. `None` for a scale above [`SCALE_MAX`].
    #[must_use]
    pub const fn new(code: AssetCode, scale: u8) -> Option<Self> {
        if scale > SCALE_MAX { None } else { Some(Self { code, scale }) }
    }

    /// The code.
    #[must_use]
    pub const fn code(self) -> AssetCode {
        self.code
    }

    /// Decimal digits of the minor unit, 0..=18.
    #[must_use]
    pub const fn scale(self) -> u8 {
        self.scale
    }

    /// So many minor units of it.
    #[must_use]
    pub const fn amount(self, minor: i64) -> Amount {
        Amount { minor, asset: self }
    }

    /// Reads an amount of it without a sign: `12`, `12.5`, `12.50`. Errors: as [`parse_minor`].
    pub fn parse(self, text: &str) -> Result<Amount, AmountFault> {
        parse_minor(text, self.scale).map(|minor| self.amount(minor))
    }

    /// Reads an amount of it that may be negative: `-12.50`. Errors: as [`parse_minor`], but for a leading `-`.
    pub fn parse_signed(self, text: &str) -> Result<Amount, AmountFault> {
        parse_signed_minor(text, self.scale).map(|minor| self.amount(minor))
    }
}

/// So many minor units of an asset. Its `Display` form is the plain decimal, `-0.05`, which its asset reads back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Amount {
    /// Minor units (cents, satoshi).
    pub minor: i64,
    /// Of what.
    pub asset: Asset,
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&format_minor(self.minor, self.asset.scale))
    }
}

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum AmountFault {
    /// Empty, letters, a sign, blanks, separators, an exponent, two points, or no digit on one side of the point.
    #[error("is not a plain decimal number")]
    NotADecimal,
    /// A negative one where only what is there can be meant.
    #[error("must not be negative")]
    Negative,
    /// More decimals than the minor unit has, even if they are zeros: they would be lost.
    #[error("has more decimals than its unit")]
    TooManyDecimals,
    /// It does not fit an `i64` of minor units.
    #[error("is too large")]
    TooLarge,
}

/// Minor units as a plain decimal: `format_minor(-5, 2)` is `-0.05`. A scale above [`SCALE_MAX`] counts as that.
#[must_use]
pub fn format_minor(minor: i64, scale: u8) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let (whole, fraction) = split_minor(minor, scale);
    format!("{sign}{whole}{fraction}")
}

/// The whole units without a sign, and the decimals with their point (nothing at scale 0).
pub(crate) fn split_minor(minor: i64, scale: u8) -> (u64, String) {
    let width = usize::from(scale.min(SCALE_MAX));
    let unit = 10_u64.pow(u32::from(scale.min(SCALE_MAX)));
    let magnitude = minor.unsigned_abs();
    let fraction = if width == 0 { String::new() } else { format!(".{:0width$}", magnitude % unit) };
    (magnitude / unit, fraction)
}

/// Reads a plain decimal without a sign as minor units: `parse_minor("12.5", 2)` is 1250.
///
/// Errors: the first of [`AmountFault`] that applies. A scale above [`SCALE_MAX`] counts as that.
pub fn parse_minor(text: &str, scale: u8) -> Result<i64, AmountFault> {
    match text.strip_prefix('-') {
        Some(rest) => Err(magnitude(rest, scale).err().unwrap_or(AmountFault::Negative)),
        None => i64::try_from(magnitude(text, scale)?).map_err(|_| AmountFault::TooLarge),
    }
}

/// As [`parse_minor`], but a `-` before the digits makes it negative.
pub fn parse_signed_minor(text: &str, scale: u8) -> Result<i64, AmountFault> {
    match text.strip_prefix('-') {
        Some(rest) => 0_i64.checked_sub_unsigned(magnitude(rest, scale)?).ok_or(AmountFault::TooLarge),
        None => parse_minor(text, scale),
    }
}

fn magnitude(text: &str, scale: u8) -> Result<u64, AmountFault> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !fraction.is_none_or(is_digits) {
        return Err(AmountFault::NotADecimal);
    }
    let (fraction, decimals) = (fraction.unwrap_or_default(), usize::from(scale.min(SCALE_MAX)));
    let missing = decimals.checked_sub(fraction.len()).ok_or(AmountFault::TooManyDecimals)?;
    let mut digits = whole.bytes().chain(fraction.bytes()).chain(std::iter::repeat_n(b'0', missing));
    let append = |sum: u64, digit: u8| sum.checked_mul(10)?.checked_add(u64::from(digit - b'0'));
    digits.try_fold(0, append).ok_or(AmountFault::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_upper_case_and_have_at_most_twenty_characters() {
        for good in ["SEAT", "USD", "1000PEPE", "A", "ABCDEFGHIJ0123456789"] {
            assert_eq!(AssetCode::new(good).map(|code| code.to_string()), Some(good.to_owned()));
        }
        for bad in ["", "seat", "ABCDEFGHIJ01234567890", "A B", "A-B", "É", "A\0"] {
            assert!(AssetCode::new(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn an_asset_has_at_most_eighteen_decimals() {
        let code = AssetCode::new("ETH").expect("a code");
        assert_eq!(Asset::new(code, 18).map(Asset::scale), Some(18));
        assert_eq!(Asset::new(code, 19), None);
    }

    #[test]
    fn amounts_are_written_with_all_their_decimals() {
        for (minor, scale, text) in [
            (0, 0, "0"),
            (-7, 0, "-7"),
            (-5, 2, "-0.05"),
            (150_000, 2, "1500.00"),
            (1, 18, "0.000000000000000001"),
            (i64::MAX, 18, "9.223372036854775807"),
            (i64::MIN, 8, "-92233720368.54775808"),
        ] {
            assert_eq!(format_minor(minor, scale), text);
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_by_name() {
        use AmountFault::{Negative, NotADecimal, TooLarge, TooManyDecimals};
        for (text, fault) in [
            ("", NotADecimal),
            (".5", NotADecimal),
            ("5.", NotADecimal),
            (".", NotADecimal),
            ("1.2.3", NotADecimal),
            ("+5", NotADecimal),
            ("--5", NotADecimal),
            ("5e2", NotADecimal),
            ("1,000", NotADecimal),
            (" 5", NotADecimal),
            ("5\0", NotADecimal),
            ("５", NotADecimal),
            ("NaN", NotADecimal),
            ("-", NotADecimal),
            ("-5", Negative),
            ("-0", Negative),
            ("1.000", TooManyDecimals),
            ("0.001", TooManyDecimals),
            ("92233720368547758.08", TooLarge),
            ("99999999999999999999999", TooLarge),
        ] {
            assert_eq!(parse_minor(text, 2), Err(fault), "{text:?}");
        }
        assert_eq!(parse_signed_minor("--5", 2), Err(NotADecimal));
        assert_eq!(parse_signed_minor("-92233720368547758.09", 2), Err(TooLarge));
        assert_eq!(parse_minor("1.0", 0), Err(TooManyDecimals));
    }

    #[test]
    fn amounts_are_read_in_every_plain_spelling() {
        for text in ["12.5", "12.50", "012.5"] {
            assert_eq!(parse_minor(text, 2), Ok(1250), "{text}");
        }
        assert_eq!(parse_minor("92233720368547758.07", 2), Ok(i64::MAX));
        assert_eq!(parse_signed_minor("-92233720368547758.08", 2), Ok(i64::MIN));
        assert_eq!(parse_signed_minor("-0", 2), Ok(0));
    }

    /// A linear congruential generator: enough to spread over all magnitudes.
    fn next(seed: &mut u64) -> u64 {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *seed
    }

    #[test]
    fn whatever_is_written_is_read_back_as_it_was() {
        let code = AssetCode::new("ANY").expect("a code");
        let mut seed = 20_261_130;
        for round in 0..100_000_u32 {
            let minor = (next(&mut seed).cast_signed()) >> (round % 64);
            let minor = [minor, i64::MIN, i64::MAX, 0, -1]
                [usize::from(round % 100 == 0) * (round as usize / 100 % 5)];
            let scale = u8::try_from(next(&mut seed) % 19).expect("below 19");
            let asset = Asset::new(code, scale).expect("at most 18");
            let text = asset.amount(minor).to_string();
            assert_eq!(asset.parse_signed(&text), Ok(asset.amount(minor)), "{text} of scale {scale}");
            let unsigned = asset.parse(&text).map(|amount| amount.minor);
            assert_eq!(unsigned, if minor < 0 { Err(AmountFault::Negative) } else { Ok(minor) }, "{text}");
        }
    }
}
