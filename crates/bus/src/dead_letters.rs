//! For operators: the facts that were given up, and what can be done about them.

use crate::deliveries::{self, Delivery};
use kernel::Timestamp;
use store::{StoreError, Tx};

/// The newest dead letters, at most `limit`.
pub fn list(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Delivery>, StoreError> {
    deliveries::dead(tx, limit)
}

/// Lets a dead letter be tried again from `now` on, with all its tries. False: there is no such dead letter.
pub fn replay(tx: &mut Tx<'_>, id: i64, now: Timestamp) -> Result<bool, StoreError> {
    deliveries::revive(tx, id, now)
}

/// Forgets a dead letter. False: there is no such one; a fact that still waits for its next try is left alone.
pub fn discard(tx: &mut Tx<'_>, id: i64) -> Result<bool, StoreError> {
    deliveries::discard(tx, id)
}
