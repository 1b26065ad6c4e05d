//! Wallets as plain values: the address of an Ethereum account, and how the key of a session signs.
//! What does not live here: checksums, keys and signatures, which are cryptography and identity's.

/// Bytes of an address.
const ADDRESS_BYTES: usize = 20;

/// The address of an Ethereum account. It has no `Display` form: people are shown the checksummed one, which identity
/// writes; tables and comparisons use [`Self::lower`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WalletAddress([u8; ADDRESS_BYTES]);

impl WalletAddress {
    /// The address of these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; ADDRESS_BYTES]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; ADDRESS_BYTES] {
        &self.0
    }

    /// `0x` and forty lower-case digits: the form in which an address is stored and compared.
    #[must_use]
    pub fn lower(self) -> String {
        use std::fmt::Write as _;
        let mut text = String::with_capacity(2 + 2 * ADDRESS_BYTES);
        text.push_str("0x");
        for byte in self.0 {
            // Writing to memory cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }

    /// Reads what [`Self::lower`] writes; `None` for every other spelling.
    #[must_use]
    pub fn parse_lower(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("0x")?.as_bytes();
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let mut bytes = [0; ADDRESS_BYTES];
        if digits.len() != 2 * ADDRESS_BYTES {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Self(bytes))
    }
}

impl std::fmt::Debug for WalletAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WalletAddress({})", self.lower())
    }
}

/// How the key of a session signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureScheme {
    /// ECDSA over secp256k1 and the EIP-191 hash, `r || s || v`.
    Secp256k1,
    /// Ed25519 over the text's bytes.
    Ed25519,
    /// HMAC-SHA-256 over the text's bytes, under a key that the server derives and discloses once.
    HmacSha256,
}

impl SignatureScheme {
    /// As written in tables and proofs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Secp256k1 => "secp256k1",
            Self::Ed25519 => "ed25519",
            Self::HmacSha256 => "hmac-sha256",
        }
    }

    /// Reads what [`Self::as_str`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Secp256k1, Self::Ed25519, Self::HmacSha256].into_iter().find(|scheme| scheme.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_back_in_its_one_stored_spelling() {
        let address = WalletAddress::new(std::array::from_fn(|at| u8::try_from(at * 13).expect("below 256")));
        let text = address.lower();
        assert_eq!(text, "0x000d1a2734414e5b6875828f9ca9b6c3d0ddeaf7");
        assert_eq!(WalletAddress::parse_lower(&text), Some(address));
        let capitals = text.to_uppercase();
        for bad in
            ["", "0x", &text[2..], &text[..41], &format!("{text}0"), &capitals, &text.replace('d', "g")]
        {
            assert_eq!(WalletAddress::parse_lower(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn schemes_are_read_back_by_their_names() {
        for scheme in [SignatureScheme::Secp256k1, SignatureScheme::Ed25519, SignatureScheme::HmacSha256] {
            assert_eq!(SignatureScheme::parse(scheme.as_str()), Some(scheme));
        }
        assert_eq!(SignatureScheme::parse("ES256"), None);
    }
}
