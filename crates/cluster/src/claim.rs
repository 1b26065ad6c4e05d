//! Claims: whoever names a thing first has it, until the claim ends. For nonces that the caller makes up himself.

use kernel::Timestamp;

/// What became of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// Nobody had named it; it is the caller's now.
    First,
    /// It was named before, and that has not been forgotten yet.
    Repeated,
}

/// More claims are alive than we keep; callers answer "not now".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many claims are outstanding")]
pub struct TooManyClaims;

/// Remembers what was claimed. `scope` keeps the uses apart. Not the truth: a restart forgets, so what must never happen
/// twice has a unique constraint behind it.
pub trait Claims: Send + Sync + std::fmt::Debug {
    /// Claims `name`. Of any number of parallel callers exactly one is told `First` until the claim ends, which is some
    /// fixed time after `now` that the store was made with.
    /// Errors: the store is full of live claims.
    fn claim(&self, scope: &'static str, name: &str, now: Timestamp) -> Result<Claim, TooManyClaims>;
}
