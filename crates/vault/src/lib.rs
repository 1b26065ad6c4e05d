//! Secrets at rest: each value is encrypted with a data key of its own, which is wrapped by a versioned key-encryption key.
//!
//! Pure over bytes: who stores the sealed bytes, and where, is a stall's business. A sealed value is bound to its [`Place`]
//! (table, row, column), so that it opens nowhere else; wrapping binds the key's version too. Rotation wraps the data key
//! anew and leaves the value alone ([`Vault::rewrap`]): a stall walks through its rows in batches, and a walk that was
//! interrupted goes on with the rows that still name another version. Equal secrets are found by a keyed
//! [`Vault::fingerprint`], never by decrypting.
//!
//! What never happens here: a key or a plaintext in a `Debug` text or an error, or left in memory when it is dropped.

mod fault;
mod keys;
mod sealed;
mod vault;

pub use fault::{KeyFault, VaultFault};
pub use keys::{KEY_BYTES, KeyEncryptionKeys, parse_keys};
pub use sealed::key_version;
pub use vault::{Fingerprint, Place, Vault};
pub use zeroize::Zeroizing;
