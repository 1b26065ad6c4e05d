//! Who watches which streamer, and which workers live, in rows.

use crate::domain::assignment::Assignment;
use crate::domain::ids::StreamerId;
use kernel::Timestamp;
use store::{Backend, StoreError, Tx, params};

/// A change of who watches a streamer, as a worker is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Who is watched.
    pub streamer: StreamerId,
    /// The channel.
    pub username: String,
    /// By whom, if by anybody.
    pub worker: Option<String>,
    /// Whether anybody shall.
    pub is_wanted: bool,
    /// The change's number.
    pub revision: i64,
}

/// The number of the next change. Until the transaction ends nobody else is given one, so that a later number is never seen before an
/// earlier one.
pub fn next_revision(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    if tx.backend() == Backend::Postgres {
        tx.execute("LOCK TABLE assignments IN SHARE ROW EXCLUSIVE MODE", &[])?;
    }
    tx.query_one("SELECT COALESCE(MAX(revision), 0) + 1 FROM assignments", &[], |row| row.int(0))
}

/// Writes who watches a streamer.
pub fn put(
    tx: &mut Tx<'_>,
    row: &Assignment,
    is_wanted: bool,
    (revision, now): (i64, Timestamp),
) -> Result<(), StoreError> {
    let sql = "INSERT INTO assignments (streamer_id, worker_id, is_wanted, revision, updated_at) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (streamer_id) DO UPDATE SET worker_id = excluded.worker_id, is_wanted = excluded.is_wanted,
                 revision = excluded.revision, updated_at = excluded.updated_at";
    tx.execute(sql, params![row.streamer.0, row.worker.clone(), is_wanted, revision, now])?;
    Ok(())
}

/// Every streamer that is to be watched, by number.
pub fn watched(tx: &mut Tx<'_>) -> Result<Vec<Assignment>, StoreError> {
    let sql = "SELECT streamer_id, worker_id FROM assignments WHERE is_wanted ORDER BY streamer_id";
    tx.query(sql, &[], |row| Ok(Assignment { streamer: StreamerId(row.int(0)?), worker: row.opt_text(1)? }))
}

/// Changes after number `revision`, in order.
pub fn after(tx: &mut Tx<'_>, revision: i64, limit: i64) -> Result<Vec<Change>, StoreError> {
    let sql = "SELECT a.streamer_id, s.username, a.worker_id, a.is_wanted, a.revision FROM assignments a
               JOIN streamers s ON s.id = a.streamer_id WHERE a.revision > $1 ORDER BY a.revision LIMIT $2";
    tx.query(sql, params![revision, limit], |row| {
        Ok(Change {
            streamer: StreamerId(row.int(0)?),
            username: row.text(1)?,
            worker: row.opt_text(2)?,
            is_wanted: row.bool(3)?,
            revision: row.int(4)?,
        })
    })
}

/// A sign of life.
pub fn touch_worker(tx: &mut Tx<'_>, name: &str, about: &str, now: Timestamp) -> Result<(), StoreError> {
    let sql = "INSERT INTO workers (id, last_seen_at, about) VALUES ($1, $2, $3)
               ON CONFLICT (id) DO UPDATE SET last_seen_at = excluded.last_seen_at, about = excluded.about";
    tx.execute(sql, params![name, now, about])?;
    Ok(())
}

/// Workers that gave a sign of life after `since`, by name.
pub fn living(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT id FROM workers WHERE last_seen_at > $1 ORDER BY id";
    tx.query(sql, params![since], |row| row.text(0))
}
