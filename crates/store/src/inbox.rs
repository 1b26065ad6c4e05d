//! The inbox: what a consumer has seen, so that a second delivery does nothing.

use crate::{StoreError, Tx, params};
use kernel::Timestamp;

/// Notes that `consumer` handles event `event_id` in this transaction. False: it has done so before.
pub fn first_time(
    tx: &mut Tx<'_>,
    consumer: &str,
    event_id: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let inserted = tx.execute(
        "INSERT INTO inbox (event_id, consumer, seen_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        params![event_id, consumer, now],
    )?;
    Ok(inserted == 1)
}

/// Forgets what was seen before `before`, at most `limit` rows; how many. `before` must be older than the oldest event that
/// the outbox keeps.
pub fn purge(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM inbox WHERE (event_id, consumer) IN
         (SELECT event_id, consumer FROM inbox WHERE seen_at < $1 LIMIT $2)",
        params![before, limit],
    )
}
