//! Sealing, opening, wrapping anew, fingerprints.

use crate::sealed::{self, NONCE_BYTES, Parts};
use crate::{KEY_BYTES, KeyEncryptionKeys, VaultFault};
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// A keyed hash of a secret.
pub type Fingerprint = [u8; 32];

/// Where a sealed value is kept; it opens nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a str,
    /// The row.
    pub row: i64,
    /// The column.
    pub column: &'a str,
}

impl Place<'_> {
    /// The associated data of the value.
    fn of_value(&self) -> Vec<u8> {
        format!("{}|{}|{}", self.table, self.row, self.column).into_bytes()
    }

    /// The associated data of its wrapped data key.
    fn of_wrapping(&self, version: u32) -> Vec<u8> {
        format!("{}|{}|{}|{version}", self.table, self.row, self.column).into_bytes()
    }
}

/// Seals and opens.
pub struct Vault {
    keys: KeyEncryptionKeys,
    fingerprint_key: Zeroizing<[u8; KEY_BYTES]>,
}

impl Vault {
    /// A vault over these keys. Fingerprints have a key of their own, which no rotation changes.
    #[must_use]
    pub fn new(keys: KeyEncryptionKeys, fingerprint_key: [u8; KEY_BYTES]) -> Self {
        Self { keys, fingerprint_key: Zeroizing::new(fingerprint_key) }
    }

    /// The version that wraps.
    #[must_use]
    pub fn current_version(&self) -> u32 {
        self.keys.current_version()
    }

    /// Seals `value` for `place`. `fill` overwrites its argument with unguessable bytes.
    #[must_use]
    pub fn seal(&self, place: Place<'_>, value: &[u8], fill: &dyn Fn(&mut [u8])) -> Vec<u8> {
        let mut data_key = Zeroizing::new([0; KEY_BYTES]);
        fill(&mut data_key[..]);
        let nonce = draw_nonce(fill);
        let mut sealed_value = nonce.to_vec();
        sealed_value.extend(encrypt(&data_key, nonce, value, &place.of_value()));
        self.wrap(place, &data_key, &sealed_value, fill)
    }

    /// Opens what was sealed for `place`. Errors: see [`VaultFault`]; a wrong place is one.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultFault> {
        let parts = Parts::of(sealed)?;
        let data_key = self.unwrap(place, &parts)?;
        let (nonce, encrypted) = parts.value();
        decrypt(&data_key, nonce, encrypted, &place.of_value())
    }

    /// The same value under the current key; `None` when it is already. Errors: see [`VaultFault`].
    pub fn rewrap(
        &self,
        place: Place<'_>,
        sealed: &[u8],
        fill: &dyn Fn(&mut [u8]),
    ) -> Result<Option<Vec<u8>>, VaultFault> {
        let parts = Parts::of(sealed)?;
        if parts.version == self.keys.current_version() {
            return Ok(None);
        }
        let data_key = self.unwrap(place, &parts)?;
        Ok(Some(self.wrap(place, &data_key, parts.value, fill)))
    }

    /// A keyed hash by which equal secrets of one `scope` (say a column of one owner) are found. Scopes cannot be compared.
    #[must_use]
    pub fn fingerprint(&self, scope: &str, secret: &[u8]) -> Fingerprint {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.fingerprint_key[..])
            .expect("HMAC takes keys of every length");
        // The length keeps a scope and a secret from being taken apart at another place.
        mac.update(&(scope.len() as u64).to_be_bytes());
        mac.update(scope.as_bytes());
        mac.update(secret);
        mac.finalize().into_bytes().into()
    }

    fn wrap(
        &self,
        place: Place<'_>,
        data_key: &[u8; KEY_BYTES],
        value: &[u8],
        fill: &dyn Fn(&mut [u8]),
    ) -> Vec<u8> {
        let (version, key) = self.keys.current();
        let nonce = draw_nonce(fill);
        let wrapped = encrypt(key, nonce, data_key, &place.of_wrapping(version));
        sealed::assemble(version, &nonce, &wrapped, value)
    }

    fn unwrap(&self, place: Place<'_>, parts: &Parts<'_>) -> Result<Zeroizing<[u8; KEY_BYTES]>, VaultFault> {
        let key = self.keys.of_version(parts.version).ok_or(VaultFault::KeyIsMissing(parts.version))?;
        let bytes = decrypt(key, parts.wrap_nonce, parts.wrapped, &place.of_wrapping(parts.version))?;
        let mut data_key = Zeroizing::new([0; KEY_BYTES]);
        data_key.copy_from_slice(bytes.get(..KEY_BYTES).ok_or(VaultFault::Malformed)?);
        Ok(data_key)
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({:?})", self.keys)
    }
}

fn draw_nonce(fill: &dyn Fn(&mut [u8])) -> [u8; NONCE_BYTES] {
    let mut nonce = [0; NONCE_BYTES];
    fill(&mut nonce);
    nonce
}

fn cipher(key: &[u8; KEY_BYTES]) -> Aes256Gcm {
    Aes256Gcm::new_from_slice(key).expect("the key has 32 bytes")
}

fn encrypt(key: &[u8; KEY_BYTES], nonce: [u8; NONCE_BYTES], message: &[u8], aad: &[u8]) -> Vec<u8> {
    let payload = Payload { msg: message, aad };
    cipher(key).encrypt(&Nonce::from(nonce), payload).expect("a secret is far smaller than 64 GiB")
}

fn decrypt(
    key: &[u8; KEY_BYTES],
    nonce: [u8; NONCE_BYTES],
    encrypted: &[u8],
    aad: &[u8],
) -> Result<Zeroizing<Vec<u8>>, VaultFault> {
    let payload = Payload { msg: encrypted, aad };
    let opened = cipher(key).decrypt(&Nonce::from(nonce), payload);
    opened.map(Zeroizing::new).map_err(|_| VaultFault::DoesNotBelong)
}

#[cfg(test)]
mod tests;
