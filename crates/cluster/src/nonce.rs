//! Single-use nonces: given out with an end, taken back exactly once. What they protect lives with its user.

use kernel::Timestamp;

/// What became of a nonce that was handed back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NonceUse {
    /// It was ours, alive, and is used up now.
    Accepted,
    /// We never gave it out, or it has been used.
    Unknown,
    /// It was ours and its time is over.
    Expired,
}

/// More nonces are alive than we keep; callers answer "not now".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many nonces are outstanding")]
pub struct TooManyNonces;

/// Keeps nonces. `scope` keeps the uses apart (`siwe`, `queue_pass`); making the text of a nonce is the caller's affair.
pub trait Nonces: Send + Sync + std::fmt::Debug {
    /// Remembers a nonce until `expires_at`. A nonce that is already known keeps its first end.
    /// Errors: the store is full of live ones.
    fn issue(
        &self,
        scope: &'static str,
        nonce: &str,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), TooManyNonces>;

    /// Uses a nonce up. Of any number of parallel callers exactly one is told `Accepted`.
    fn consume(&self, scope: &'static str, nonce: &str, now: Timestamp) -> NonceUse;
}
