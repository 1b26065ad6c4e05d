//! Why a key is none, or a value does not open. None of the texts tells anything of either.

/// Why a text is no set of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// No key at all.
    #[error("there is no key")]
    NoKey,
    /// Not `VERSION:BASE64` with 32 bytes and a version from 1.
    #[error("a key is VERSION:BASE64 with a version from 1 and 32 bytes")]
    Malformed,
    /// Two keys with one version.
    #[error("two keys have the same version")]
    VersionIsTaken,
    /// All bytes are the same: nobody drew this.
    #[error("a key of equal bytes is no key")]
    Trivial,
}

/// Why a sealed value does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultFault {
    /// The bytes are no sealed value of this format.
    #[error("this is no sealed value")]
    Malformed,
    /// It was wrapped with a key that this process does not have.
    #[error("the key of version {0} is not here")]
    KeyIsMissing(u32),
    /// It was changed, or it belongs to another table, row, column or key.
    #[error("the sealed value was changed or does not belong here")]
    DoesNotBelong,
}
