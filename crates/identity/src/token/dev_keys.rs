//! Fixed keys for a laptop: public, the same on every machine, refused wherever something is at stake.

use sha2::{Digest, Sha256};

/// The name of the development signing key in a token's header.
pub const DEV_KID: &str = "dev";

/// The two keys a stall needs, for the profiles `dev` and `load`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DevKeys {
    /// Signs access tokens.
    pub signing_key: [u8; 32],
    /// Checks public ids.
    pub id_key: [u8; 16],
}

/// The development keys. They are known to everybody: the configuration refuses them in the profile `production`
/// and on an address that others can reach.
#[must_use]
pub fn dev_keys() -> DevKeys {
    let signing_key = Sha256::digest(b"fairground development signing key; not a secret").into();
    let id: [u8; 32] = Sha256::digest(b"fairground development id key; not a secret").into();
    DevKeys { signing_key, id_key: id[..16].try_into().expect("16 of 32 bytes") }
}

/// Whether `key` is one of the development keys.
#[must_use]
pub fn is_dev_key(key: &[u8]) -> bool {
    let dev = dev_keys();
    key == dev.signing_key || key == dev.id_key
}
