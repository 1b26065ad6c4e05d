//! Whose attempt it is and what it asks for.

use kernel::{Actor, TypedId};

/// Whose key it is: nobody can probe another's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The tenant's number; 0 for none.
    pub(super) tenant: i64,
    /// The user's number.
    pub(super) user: i64,
    /// The client's key.
    pub(super) key: String,
}

impl Scope {
    /// The scope of `key` as sent by `actor`.
    #[must_use]
    pub fn new(actor: &Actor, key: impl Into<String>) -> Self {
        let tenant = actor.tenant.map_or(0, TypedId::as_i64);
        Self { tenant, user: actor.user.as_i64(), key: key.into() }
    }
}

/// One attempt: whose it is and what exactly was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Whose key.
    pub scope: Scope,
    /// SHA-256 of the whole request: the same attempt has the same one.
    pub hash: [u8; 32],
}
