//! Data keys of rows: drawn, opened, wrapped anew. And fingerprints.

use crate::cipher::{self, Key};
use crate::sealed::Wrapped;
use crate::{KEY_BYTES, KeyEncryptionKeys, RowKey, RowOf, VaultFault};
use hmac::{Hmac, KeyInit as _, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// A keyed hash of a secret.
pub type Fingerprint = [u8; 32];

/// A data key as it is stored.
pub type WrappedKey = Vec<u8>;

/// Draws, opens and wraps data keys.
pub struct Vault {
    keys: KeyEncryptionKeys,
    fingerprint_key: Key,
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

    /// A fresh data key for `row`, and what is stored of it. `fill` overwrites its argument with unguessable bytes.
    #[must_use]
    pub fn draw_row_key<'a>(&self, row: RowOf<'a>, fill: &dyn Fn(&mut [u8])) -> (RowKey<'a>, WrappedKey) {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        fill(&mut key[..]);
        let key = RowKey { row, key };
        let wrapped = self.wrap(&key, fill);
        (key, wrapped)
    }

    /// Opens the data key of `row`. Errors: see [`VaultFault`]; another row is one.
    pub fn open_row_key<'a>(&self, row: RowOf<'a>, wrapped: &[u8]) -> Result<RowKey<'a>, VaultFault> {
        let wrapped = Wrapped::of(wrapped)?;
        let with = self.keys.of_version(wrapped.version).ok_or(VaultFault::KeyIsMissing(wrapped.version))?;
        let place = row.data_key(wrapped.version);
        let bytes = cipher::decrypt(with, wrapped.nonce, wrapped.encrypted, &place)?;
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        key.copy_from_slice(bytes.get(..KEY_BYTES).ok_or(VaultFault::Malformed)?);
        Ok(RowKey { row, key })
    }

    /// The same data key under the current key; `None` when it is already. The row's values stay as they are. Errors: see
    /// [`VaultFault`].
    pub fn rewrap(
        &self,
        row: RowOf<'_>,
        wrapped: &[u8],
        fill: &dyn Fn(&mut [u8]),
    ) -> Result<Option<WrappedKey>, VaultFault> {
        if crate::key_version(wrapped)? == self.current_version() {
            return Ok(None);
        }
        Ok(Some(self.wrap(&self.open_row_key(row, wrapped)?, fill)))
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

    fn wrap(&self, key: &RowKey<'_>, fill: &dyn Fn(&mut [u8])) -> WrappedKey {
        let (version, with) = self.keys.current();
        let nonce = cipher::draw_nonce(fill);
        let encrypted = cipher::encrypt(with, nonce, &key.key[..], &key.row.data_key(version));
        Wrapped::assemble(version, nonce, &encrypted)
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({:?})", self.keys)
    }
}

#[cfg(test)]
mod tests;
