//! Signatures of session keys: secp256k1 over the EIP-191 hash, Ed25519 over the text.

use crate::claim::ensure;
use crate::hex;
use ed25519_dalek::VerifyingKey as EdKey;
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use sha3::{Digest as _, Keccak256};

/// 65 bytes r, s, v; s in the lower half (EIP-2); v is 0, 1, 27 or 28; the key recovers from them.
pub(super) fn secp256k1(key: &str, text: &str, signature: &str) -> Result<(), String> {
    let key = hex::prefixed::<33>(key).ok_or("the key is not 33 bytes of hexadecimal")?;
    // Tag 5 would be a second way to write half of all keys.
    ensure(matches!(key[0], 2 | 3), || format!("the key begins with {:02x}, not with 02 or 03", key[0]))?;
    let key = VerifyingKey::from_sec1_bytes(&key).map_err(|_| "the key is no point of secp256k1")?;
    let bytes = hex::prefixed::<65>(signature).ok_or("the signature is not 65 bytes of hexadecimal")?;
    let signature =
        Signature::from_slice(&bytes[..64]).map_err(|_| "r or s of the signature is out of range")?;
    ensure(signature.normalize_s() == signature, || "s of the signature is in the upper half".to_owned())?;
    let id = match bytes[64] {
        0 | 27 => RecoveryId::new(false, false),
        1 | 28 => RecoveryId::new(true, false),
        other => return Err(format!("v of the signature is {other}")),
    };
    let recovered = VerifyingKey::recover_from_prehash(&eip191(text), &signature, id);
    ensure(recovered.is_ok_and(|recovered| recovered == key), || {
        "the key has not signed this text".to_owned()
    })
}

/// Keccak-256 of the prefixed text, as wallets sign it (EIP-191, version 0x45).
pub(super) fn eip191(text: &str) -> [u8; 32] {
    let prefix = format!("\x19Ethereum Signed Message:\n{}", text.len());
    Keccak256::new().chain_update(prefix).chain_update(text).finalize().into()
}

/// 64 bytes over the text's bytes, checked strictly (RFC 8032; no keys or points of small order).
pub(super) fn ed25519(key: &str, text: &str, signature: &str) -> Result<(), String> {
    let key = hex::prefixed::<32>(key).ok_or("the key is not 32 bytes of hexadecimal")?;
    let key = EdKey::from_bytes(&key).map_err(|_| "the key is no point of Ed25519")?;
    let bytes = hex::prefixed::<64>(signature).ok_or("the signature is not 64 bytes of hexadecimal")?;
    let signature = ed25519_dalek::Signature::from_bytes(&bytes);
    key.verify_strict(text.as_bytes(), &signature).map_err(|_| "the key has not signed this text".to_owned())
}
