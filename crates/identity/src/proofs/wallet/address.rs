//! Addresses of Ethereum accounts as people read and write them, with the mixed-case checksum of EIP-55, and as keys have
//! them. The plain value is the kernel's.

use crate::proofs::hex;
use k256::ecdsa::VerifyingKey;
use kernel::WalletAddress;
use sha3::{Digest, Keccak256};

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

/// Reads an address that is all lower case or carries a valid checksum.
///
/// Errors: another length or sign; capital letters that are not the checksum's (all capitals prove nothing, so they
/// are held to it as well).
pub fn parse_address(text: &str) -> Result<WalletAddress, AddressFault> {
    let address = WalletAddress::new(hex::decode(text).ok_or(AddressFault::AddressIsMalformed)?);
    let has_capitals = text.bytes().any(|sign| sign.is_ascii_uppercase());
    if has_capitals && checksummed(address) != text {
        return Err(AddressFault::ChecksumIsWrong);
    }
    Ok(address)
}

/// The address as people are shown it (EIP-55): a letter is a capital where the hash of the lower-case digits has a
/// half-byte of 8 or more.
#[must_use]
pub fn checksummed(address: WalletAddress) -> String {
    let digits = hex::encode(address.bytes());
    let hash = Keccak256::digest(digits.as_bytes());
    let show = |(at, digit): (usize, char)| {
        let nibble = hash[at / 2] >> (if at % 2 == 0 { 4 } else { 0 }) & 0xf;
        if nibble >= 8 { digit.to_ascii_uppercase() } else { digit }
    };
    "0x".chars().chain(digits.chars().enumerate().map(show)).collect()
}

/// The account of a public key: the last 20 bytes of the Keccak-256 of its two coordinates (Ethereum yellow paper).
#[must_use]
pub fn address_of_key(key: &VerifyingKey) -> WalletAddress {
    let point = key.to_sec1_point(false);
    let hash = Keccak256::digest(&point.as_bytes()[1..]);
    let (_, last) = hash.split_last_chunk().expect("a hash of 32 bytes ends in 20");
    WalletAddress::new(*last)
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
            let address = parse_address(text).unwrap();
            assert_eq!(checksummed(address), text);
            assert_eq!(parse_address(&text.to_ascii_lowercase()), Ok(address));
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
            assert_eq!(parse_address(&text).err(), expected, "{text}");
        }
        let capitals = format!("0x{}", good[2..].to_ascii_uppercase());
        assert_eq!(parse_address(&capitals), Err(AddressFault::ChecksumIsWrong));
    }

    #[test]
    fn other_texts_are_no_address() {
        let good = CHECKSUMMED[2];
        let (short, long, loose) = (&good[..41], format!("{good}0"), format!(" {good}"));
        let (no_prefix, capital_x) = (&good[2..], good.replace("0x", "0X"));
        let foreign = good.replace('7', "٧");
        for bad in ["", "0x", short, &long, &loose, no_prefix, &capital_x, &foreign, &"\0".repeat(42)] {
            assert_eq!(parse_address(bad), Err(AddressFault::AddressIsMalformed), "{bad:?}");
        }
    }

    #[test]
    fn a_key_has_the_address_that_everybody_computes() {
        let secret = "0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318";
        let key = SigningKey::from_slice(&hex::decode::<32>(secret).unwrap()).unwrap();
        let address = address_of_key(key.verifying_key());
        assert_eq!(checksummed(address), "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23");
    }
}
