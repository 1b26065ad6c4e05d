//! Session keys' schemes as numbers in tables, and signatures as bytes.

use kernel::SignatureScheme;

/// The number of a scheme in tables; never reused.
#[must_use]
pub const fn number(scheme: SignatureScheme) -> i64 {
    match scheme {
        SignatureScheme::Secp256k1 => 1,
        SignatureScheme::Ed25519 => 2,
        SignatureScheme::HmacSha256 => 3,
    }
}

/// The scheme of a number; `None` for one that was never given.
#[must_use]
pub const fn of_number(number: i64) -> Option<SignatureScheme> {
    match number {
        1 => Some(SignatureScheme::Secp256k1),
        2 => Some(SignatureScheme::Ed25519),
        3 => Some(SignatureScheme::HmacSha256),
        _ => None,
    }
}

/// The bytes of a signature that was verified, from its hex digits with or without `0x`.
#[must_use]
pub fn signature_bytes(digits: &str) -> Vec<u8> {
    let digits = digits.strip_prefix("0x").unwrap_or(digits).as_bytes();
    let nibble = |digit: u8| (digit as char).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let pair = |pair: &[u8]| Some((nibble(pair[0])? << 4) | nibble(*pair.get(1)?)?);
    digits.chunks(2).filter_map(pair).collect()
}

/// Bytes as hex digits with `0x`.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::from("0x"), |mut text, byte| {
        use std::fmt::Write;
        // Writing into a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_and_signatures_come_back_as_they_were() {
        for scheme in [SignatureScheme::Secp256k1, SignatureScheme::Ed25519, SignatureScheme::HmacSha256] {
            assert_eq!(of_number(number(scheme)), Some(scheme));
        }
        assert_eq!(signature_bytes("0x00ffA5"), [0, 255, 165]);
        assert_eq!(hex(&[0, 255, 165]), "0x00ffa5");
        assert_eq!(of_number(4), None);
    }
}
