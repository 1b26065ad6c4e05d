//! For operators: the events of others that were given up, how many stand where, and what can be done about them.

use kernel::Timestamp;
use store::{Row, StoreError, Tx, params};

/// An event of somebody else as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its number here.
    pub id: i64,
    /// Its publisher's name for it.
    pub event_id: String,
    /// What happened.
    pub kind: String,
    /// Where it was published.
    pub subject: String,
    /// Whose it is.
    pub owner: Option<i64>,
    /// What it says.
    pub payload: String,
    /// Which way it came.
    pub source: String,
    /// done, waiting, dead or discarded.
    pub status: String,
    /// Tries so far.
    pub attempts: i64,
    /// The code of what the last try met.
    pub code: Option<String>,
    /// What the last try met.
    pub last_error: Option<String>,
    /// When it first came.
    pub first_seen_at: Timestamp,
    /// When it was last tried.
    pub last_attempt_at: Timestamp,
}

/// How many events stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Applied since the given moment.
    pub done: i64,
    /// Given up since the given moment.
    pub dead: i64,
    /// Waiting now.
    pub waiting: i64,
    /// When the last one was applied.
    pub last_done_at: Option<Timestamp>,
}

/// The newest dead letters before number `before`, at most `limit`.
pub fn list(tx: &mut Tx<'_>, before: i64, limit: i64) -> Result<Vec<Letter>, StoreError> {
    let sql = "SELECT id, event_id, kind, subject, owner, payload, source, status, attempts, code, last_error, first_seen_at,
                 last_attempt_at FROM inbound_events WHERE status = 'dead' AND id < $1 ORDER BY id DESC LIMIT $2";
    tx.query(sql, params![before, limit], read)
}

/// An event by its number, however it stands.
pub fn find(tx: &mut Tx<'_>, id: i64) -> Result<Option<Letter>, StoreError> {
    let sql = "SELECT id, event_id, kind, subject, owner, payload, source, status, attempts, code, last_error, first_seen_at,
                 last_attempt_at FROM inbound_events WHERE id = $1";
    tx.query_opt(sql, params![id], read)
}

/// Gives a dead letter its tries back, from `now` on. False: there is no such dead letter.
pub fn requeue(tx: &mut Tx<'_>, id: i64, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "UPDATE inbound_events SET status = 'waiting', attempts = 0, run_at = $2 WHERE id = $1 AND status = 'dead'";
    Ok(tx.execute(sql, params![id, now])? == 1)
}

/// Puts a dead letter away; its name stays known. False: there is no such dead letter.
pub fn discard(tx: &mut Tx<'_>, id: i64) -> Result<bool, StoreError> {
    let sql = "UPDATE inbound_events SET status = 'discarded' WHERE id = $1 AND status = 'dead'";
    Ok(tx.execute(sql, params![id])? == 1)
}

/// How many stand where, since `since`.
pub fn counts(tx: &mut Tx<'_>, since: Timestamp) -> Result<Counts, StoreError> {
    let sql =
        "SELECT status, CAST(COUNT(*) AS BIGINT), CAST(MAX(last_attempt_at) AS BIGINT) FROM inbound_events
               WHERE last_attempt_at >= $1 GROUP BY status";
    let rows = tx.query(sql, params![since], |row| Ok((row.text(0)?, row.int(1)?, row.opt_int(2)?)))?;
    let mut counts = Counts::default();
    for (status, count, last) in rows {
        match status.as_str() {
            "done" => (counts.done, counts.last_done_at) = (count, last.map(Timestamp::from_micros)),
            "dead" => counts.dead = count,
            _ => {}
        }
    }
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM inbound_events WHERE status = 'waiting'";
    counts.waiting = tx.query_one(sql, params![], |row| row.int(0))?;
    Ok(counts)
}

/// Forgets applied and discarded events that were last tried before `before`, at most `limit`; how many.
pub fn purge(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64, StoreError> {
    let sql = "DELETE FROM inbound_events WHERE id IN (SELECT id FROM inbound_events
                 WHERE last_attempt_at < $1 AND status IN ('done', 'discarded') ORDER BY last_attempt_at LIMIT $2)";
    tx.execute(sql, params![before, limit])
}

fn read(row: &Row<'_>) -> Result<Letter, StoreError> {
    Ok(Letter {
        id: row.int(0)?,
        event_id: row.text(1)?,
        kind: row.text(2)?,
        subject: row.text(3)?,
        owner: row.opt_int(4)?,
        payload: row.text(5)?,
        source: row.text(6)?,
        status: row.text(7)?,
        attempts: row.int(8)?,
        code: row.opt_text(9)?,
        last_error: row.opt_text(10)?,
        first_seen_at: Timestamp::from_micros(row.int(11)?),
        last_attempt_at: Timestamp::from_micros(row.int(12)?),
    })
}
