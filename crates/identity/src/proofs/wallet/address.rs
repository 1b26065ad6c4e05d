//! Addresses of Ethereum accounts: 20 bytes, shown with the mixed-case checksum of EIP-55, stored in lower case.

use super::hex;
use k256::ecdsa::VerifyingKey;
use sha3::{Digest, Keccak256};

/// Bytes of an address.
const ADDRESS_BYTES: usize = 20;

/// An account. Its `Display` form is EIP-55.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address([u8; ADDRESS_BYTES]);

/// Why a text is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressFault {
    /// Not `0x` and forty hexadecimal digits.
    AddressIsMalformed,
    /// It has capital letters, and they are not those of its EIP-55 checksum.
    ChecksumIsWrong,
}

impl AddressFault {
    /// The stable name, for programs and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AddressIsMalformed => "malformed",
            Self::ChecksumIsWrong => "wrong_checksum",
        }
    }
}

impl Address {
    /// Reads an address that is all lower case or carries a valid checksum.
    ///
    /// Errors: another length or sign; capital letters that are not the checksum's (all capitals prove nothing, so they
    /// are held to it as well).
    pub fn parse(text: &str) -> Result<Self, AddressFault> {
        let address = Self(hex::decode(text).ok_or(AddressFault::AddressIsMalformed)?);
        let has_capitals = text.bytes().any(|sign| sign.is_ascii_uppercase());
        if has_capitals && address.to_string() != text {
            return Err(AddressFault::ChecksumIsWrong);
        }
        Ok(address)
    }

    /// The account of a public key: the last 20 bytes of the Keccak-256 of its two coordinates (Ethereum yellow paper).
    #[must_use]
    pub fn of_key(key: &VerifyingKey) -> Self {
        let point = key.to_sec1_point(false);
        let hash = Keccak256::digest(&point.as_bytes()[1..]);
        let mut address = [0; ADDRESS_BYTES];
        address.copy_from_slice(&hash[hash.len() - ADDRESS_BYTES..]);
        Self(address)
    }

    /// `0x` and forty lower-case digits: the form in which an address is stored and compared.
    #[must_use]
    pub fn lower(self) -> String {
        format!("0x{}", hex::encode(&self.0))
    }

    /// Its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; ADDRESS_BYTES] {
        &self.0
    }
}

impl std::fmt::Display for Address {
    /// EIP-55: a letter is a capital where the hash of the lower-case digits has a half-byte of 8 or more.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = hex::encode(&self.0);
        let hash = Keccak256::digest(digits.as_bytes());
        f.write_str("0x")?;
        for (at, digit) in digits.chars().enumerate() {
            let nibble = hash[at / 2] >> (if at % 2 == 0 { 4 } else { 0 }) & 0xf;
            let shown = if nibble >= 8 { digit.to_ascii_uppercase() } else { digit };
            std::fmt::Write::write_char(f, shown)?;
        }
        Ok(())
    }
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Address({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use k256::ecdsa::SigningKey;

    /// The examples of EIP-55.
    const CHECKSUMMED: [&str; 8] = [
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
        "0xde709f2102306220921060314715629080e2fb77",
        "0x27b1fdb04752bbc536007a920d24acb045561c26",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ];

    #[test]
    fn the_examples_of_eip_55_are_read_and_written() {
        for text in CHECKSUMMED {
            let address = Address::parse(text).unwrap();
            assert_eq!(address.to_string(), text);
            assert_eq!(Address::parse(&text.to_ascii_lowercase()), Ok(address));
            assert_eq!(address.lower(), text.to_ascii_lowercase());
        }
    }

    #[test]
    fn a_wrong_checksum_is_refused_wherever_it_is_wrong() {
        let good = CHECKSUMMED[4];
        for at in 2..good.len() {
            let mut bytes = good.as_bytes().to_vec();
            bytes[at] ^= if bytes[at].is_ascii_alphabetic() { 0x20 } else { 0 };
            let text = String::from_utf8(bytes).unwrap();
            let expected = if text == good { None } else { Some(AddressFault::ChecksumIsWrong) };
            assert_eq!(Address::parse(&text).err(), expected, "{text}");
        }
        let capitals = format!("0x{}", good[2..].to_ascii_uppercase());
        assert_eq!(Address::parse(&capitals), Err(AddressFault::ChecksumIsWrong));
    }

    #[test]
    fn other_texts_are_no_address() {
        let good = CHECKSUMMED[2];
        let (short, long, loose) = (&good[..41], format!("{good}0"), format!(" {good}"));
        let (no_prefix, capital_x) = (&good[2..], good.replace("0x", "0X"));
        let foreign = good.replace('7', "٧");
        for bad in ["", "0x", short, &long, &loose, no_prefix, &capital_x, &foreign, &"\0".repeat(42)] {
            assert_eq!(Address::parse(bad), Err(AddressFault::AddressIsMalformed), "{bad:?}");
        }
    }

    #[test]
    fn a_key_has_the_address_that_everybody_computes() {
        let secret = "0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318";
        let key = SigningKey::from_slice(&hex::decode::<32>(secret).unwrap()).unwrap();
        let address = Address::of_key(key.verifying_key());
        assert_eq!(address.to_string(), "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23");
    }
}
