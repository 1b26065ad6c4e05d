//! Facts that a subscriber has not handled at the first try: waiting for the next one, or dead.

use kernel::{Event, Timestamp};
use store::{Row, StoreError, Tx, params};

/// One fact that waits for one subscriber, or has died for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its number.
    pub id: i64,
    /// Whose.
    pub consumer: String,
    /// The fact.
    pub event: Event,
    /// Tries so far.
    pub attempts: i64,
    /// What the last try said.
    pub last_error: String,
    /// When it was first tried.
    pub first_attempt_at: Timestamp,
    /// When it was last tried.
    pub last_attempt_at: Timestamp,
    /// When it was given up; none while it still waits.
    pub dead_at: Option<Timestamp>,
}

/// Puts a fact aside for `consumer` after its first failure, or behind an earlier fact of the same key.
pub(crate) fn put_aside(
    tx: &mut Tx<'_>,
    consumer: &str,
    event: &Event,
    (attempts, error): (i64, &str),
    (now, run_at): (Timestamp, Option<Timestamp>),
) -> Result<(), StoreError> {
    let dead_at = if run_at.is_none() { Some(now) } else { None };
    tx.execute(
        "INSERT INTO deliveries (id, consumer, event_id, topic, kind, key, occurred_at, payload, attempts, last_error,
           first_attempt_at, last_attempt_at, run_at, dead_at)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12 FROM deliveries WHERE TRUE
         ON CONFLICT (event_id, consumer) DO NOTHING",
        params![
            consumer,
            event.id,
            event.topic.as_str(),
            event.kind.as_str(),
            event.key,
            event.occurred_at,
            event.payload.as_str(),
            attempts,
            error,
            now,
            run_at.unwrap_or(now),
            dead_at
        ],
    )?;
    Ok(())
}

/// Whether an earlier fact of this key still waits for `consumer`.
pub(crate) fn is_blocked(tx: &mut Tx<'_>, consumer: &str, key: i64) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM deliveries WHERE consumer = $1 AND key = $2 AND dead_at IS NULL LIMIT 1";
    Ok(tx.query_opt(sql, params![consumer, key], |_| Ok(()))?.is_some())
}

/// Whether any event waits for `consumer` to try it again.
pub(crate) fn any_waits(tx: &mut Tx<'_>, consumer: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM deliveries WHERE consumer = $1 AND dead_at IS NULL LIMIT 1";
    Ok(tx.query_opt(sql, params![consumer], |_| Ok(()))?.is_some())
}

/// Those whose time has come and that no earlier one of the same consumer and key stands before, oldest first.
pub(crate) fn due(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<Delivery>, StoreError> {
    let sql = "SELECT id, consumer, event_id, topic, kind, key, occurred_at, payload, attempts, last_error,
           first_attempt_at, last_attempt_at, dead_at FROM deliveries d
         WHERE dead_at IS NULL AND run_at <= $1 AND NOT EXISTS (SELECT 1 FROM deliveries e
           WHERE e.consumer = d.consumer AND e.key = d.key AND e.dead_at IS NULL AND e.id < d.id)
         ORDER BY id LIMIT $2";
    tx.query(sql, params![now, limit], read)
}

/// Records another failed try; `run_at` none: it is dead now.
pub(crate) fn failed(
    tx: &mut Tx<'_>,
    id: i64,
    error: &str,
    now: Timestamp,
    run_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let dead_at = if run_at.is_none() { Some(now) } else { None };
    tx.execute(
        "UPDATE deliveries SET attempts = attempts + 1, last_error = $2, last_attempt_at = $3, run_at = $4,
           dead_at = $5 WHERE id = $1",
        params![id, error, now, run_at.unwrap_or(now), dead_at],
    )?;
    Ok(())
}

/// It was handled.
pub(crate) fn remove(tx: &mut Tx<'_>, id: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM deliveries WHERE id = $1", params![id])?;
    Ok(())
}

/// The dead ones, newest first.
pub(crate) fn dead(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Delivery>, StoreError> {
    let sql = "SELECT id, consumer, event_id, topic, kind, key, occurred_at, payload, attempts, last_error,
                 first_attempt_at, last_attempt_at, dead_at FROM deliveries
               WHERE dead_at IS NOT NULL ORDER BY id DESC LIMIT $1";
    tx.query(sql, params![limit], read)
}

/// Gives a dead one its tries back, from now on.
pub(crate) fn revive(tx: &mut Tx<'_>, id: i64, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "UPDATE deliveries SET dead_at = NULL, attempts = 0, run_at = $2 WHERE id = $1 AND dead_at IS NOT NULL";
    Ok(tx.execute(sql, params![id, now])? == 1)
}

/// Forgets a dead one. False: there is no such dead one; what still waits is left alone.
pub(crate) fn discard(tx: &mut Tx<'_>, id: i64) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM deliveries WHERE id = $1 AND dead_at IS NOT NULL", params![id])? == 1)
}

fn read(row: &Row<'_>) -> Result<Delivery, StoreError> {
    Ok(Delivery {
        id: row.int(0)?,
        consumer: row.text(1)?,
        event: Event {
            id: row.int(2)?,
            topic: row.text(3)?,
            kind: row.text(4)?,
            key: row.int(5)?,
            occurred_at: Timestamp::from_micros(row.int(6)?),
            payload: row.text(7)?,
        },
        attempts: row.int(8)?,
        last_error: row.text(9)?,
        first_attempt_at: Timestamp::from_micros(row.int(10)?),
        last_attempt_at: Timestamp::from_micros(row.int(11)?),
        dead_at: row.opt_int(12)?.map(Timestamp::from_micros),
    })
}
