//! Secrets at rest: each row has a data key of its own that seals its secret columns, and is wrapped by a versioned
//! key-encryption key.
//!
//! Pure over bytes: who stores them, and where, is a stall's business. A sealed value is bound to its table, row and column,
//! so that it opens nowhere else; a wrapped data key to its table, row and the version of the key. Rotation wraps data keys
//! anew and leaves values alone ([`Vault::rewrap`]): a stall walks through its rows in batches, and a walk that was
//! interrupted goes on with the rows that still name another version. Equal secrets are found by a keyed
//! [`Vault::fingerprint`], never by opening.
//!
//! What never happens here: a key or a plaintext in a `Debug` text or an error, or left in memory when it is dropped.

mod cipher;
mod fault;
mod keys;
mod row_key;
mod sealed;
mod vault;

pub use fault::{KeyFault, VaultFault};
pub use keys::{KEY_BYTES, KeyEncryptionKeys, derive_key, parse_keys};
pub use row_key::{RowKey, RowOf};
pub use sealed::key_version;
pub use vault::{Fingerprint, Vault, WrappedKey};
pub use zeroize::Zeroizing;
