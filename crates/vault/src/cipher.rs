//! AES-256-GCM over whole messages.

use crate::sealed::NonceBytes;
use crate::{KEY_BYTES, VaultFault};
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use zeroize::Zeroizing;

/// A key that is overwritten when it is dropped.
pub(crate) type Key = Zeroizing<[u8; KEY_BYTES]>;

/// A fresh nonce.
pub(crate) fn draw_nonce(fill: &dyn Fn(&mut [u8])) -> NonceBytes {
    let mut nonce = NonceBytes::default();
    fill(&mut nonce);
    nonce
}

fn cipher(key: &[u8; KEY_BYTES]) -> Aes256Gcm {
    Aes256Gcm::new_from_slice(key).expect("the key has 32 bytes")
}

/// Encrypts, bound to `place`.
pub(crate) fn encrypt(key: &[u8; KEY_BYTES], nonce: NonceBytes, message: &[u8], place: &str) -> Vec<u8> {
    let payload = Payload { msg: message, aad: place.as_bytes() };
    cipher(key).encrypt(&Nonce::from(nonce), payload).expect("a secret is far smaller than 64 GiB")
}

/// Decrypts what was bound to `place`.
pub(crate) fn decrypt(
    key: &[u8; KEY_BYTES],
    nonce: NonceBytes,
    encrypted: &[u8],
    place: &str,
) -> Result<Zeroizing<Vec<u8>>, VaultFault> {
    let payload = Payload { msg: encrypted, aad: place.as_bytes() };
    let opened = cipher(key).decrypt(&Nonce::from(nonce), payload);
    opened.map(Zeroizing::new).map_err(|_| VaultFault::DoesNotBelong)
}
