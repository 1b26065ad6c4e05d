//! What a consumer of facts is.

use kernel::{Event, Timestamp};
use store::{StoreError, Tx};

/// Why a fact was not handled, and whether trying again can help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It may work later (somebody is down, a race was lost).
    Retry(String),
    /// It never will (the payload cannot be read): straight to the dead letters.
    GiveUp(String),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Retry(error.to_string())
    }
}

/// A consumer. It runs inside a transaction that also records the fact in the inbox, so its effect happens once.
pub trait Subscriber: Send + Sync + 'static {
    /// Its name in the inbox and in dead letters; never changed once in use.
    fn name(&self) -> &'static str;
    /// Whether it handles facts of this kind.
    fn wants(&self, kind: &str) -> bool;
    /// Handles one fact. May be called again for the same fact after a failure, never after a success.
    fn handle(&self, tx: &mut Tx<'_>, event: &Event, now: Timestamp) -> Result<(), Failure>;
}
