//! Families of sessions that were ended before their time: an access token that was minted in one is over at once, on every
//! node. What ends a family is elsewhere.

use super::SessionId;
use kernel::Timestamp;
use store::{StoreError, Tx, params};

/// Seconds for which an ended family is remembered: no access token of a session lives longer, an hour for clocks that differ
/// included.
pub const ENDED_KEPT_S: i64 = crate::ACCESS_LIFETIME_S + 3600;

/// Records the end of a family.
pub(super) fn record(tx: &mut Tx<'_>, now: Timestamp, family: i64) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO ended_families (family_id, ended_at) VALUES ($1, $2) ON CONFLICT (family_id) DO NOTHING",
        params![family, now],
    )?;
    Ok(())
}

/// The families that ended after `since`.
pub fn ended(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<(SessionId, Timestamp)>, StoreError> {
    tx.query("SELECT family_id, ended_at FROM ended_families WHERE ended_at > $1", params![since], |row| {
        Ok((SessionId(row.int(0)?), Timestamp::from_micros(row.int(1)?)))
    })
}

/// Forgets families whose tokens are all over, at most `limit`; how many.
pub fn purge(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM ended_families WHERE family_id IN
           (SELECT family_id FROM ended_families WHERE ended_at < $1 ORDER BY ended_at LIMIT $2)",
        params![now.plus_secs(-ENDED_KEPT_S), limit],
    )
}
