//! The wallet and the keys that the facts about wallets share, and how they sign. Every key is fixed. No facts here.

use identity::proofs::wallet::{NamedKey, eip191_hash};
use k256::ecdsa::SigningKey;

pub const URN: &str = "urn:fair:session-key";
/// The key of the examples of web3.js.
const SECRET: [u8; 32] = [
    0x4c, 0x08, 0x83, 0xa6, 0x91, 0x02, 0x93, 0x7d, 0x62, 0x31, 0x47, 0x1b, 0x5d, 0xbb, 0x62, 0x04, 0xfe,
    0x51, 0x29, 0x61, 0x70, 0x82, 0x79, 0x2a, 0xe4, 0x68, 0xd0, 0x1a, 0x3f, 0x36, 0x23, 0x18,
];
/// Its address.
pub const WALLET: &str = "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23";

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn wallet_key() -> SigningKey {
    SigningKey::from_slice(&SECRET).unwrap()
}

/// Another of an endless row of keys.
pub fn numbered_key(number: u8) -> SigningKey {
    SigningKey::from_slice(&[number + 1; 32]).unwrap()
}

/// `r || s || v` of `key` over `text`, with `v` counted from `base`.
pub fn sign_with(key: &SigningKey, text: &str, base: u8) -> String {
    let (signature, id) = key.sign_prehash_recoverable(&eip191_hash(text.as_bytes()));
    format!("0x{}{:02x}", hex(&signature.to_bytes()), id.to_byte() + base)
}

pub fn sign(text: &str) -> String {
    sign_with(&wallet_key(), text, 27)
}

pub fn session_key() -> NamedKey {
    let compressed = numbered_key(7).verifying_key().to_sec1_point(true);
    NamedKey::Secp256k1(compressed.as_bytes().try_into().unwrap())
}
