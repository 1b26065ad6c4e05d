//! The table of events of others.

use super::{Envelope, InboundMessage, Rejection, Source};
use kernel::Timestamp;
use store::{Row, StoreError, Tx, params};

/// An event that waits.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    pub(super) id: i64,
    pub(super) attempts: i64,
    pub(super) message: InboundMessage,
}

/// Notes an event that is about to be handled, as done. False: its name is known.
pub(super) fn insert_done(
    tx: &mut Tx<'_>,
    envelope: &Envelope,
    message: &InboundMessage,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO inbound_events (event_id, kind, subject, order_key, owner, payload, payload_hash, source, trace,
           status, attempts, first_seen_at, last_attempt_at, run_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'done', 1, $10, $10, $10) ON CONFLICT (event_id) DO NOTHING";
    let added = tx.execute(
        sql,
        params![
            envelope.event_id.as_str(),
            envelope.kind.as_str(),
            message.subject.as_str(),
            envelope.key.as_str(),
            envelope.owner,
            message.payload.as_str(),
            message.hash(),
            message.source.as_str(),
            message.trace.as_deref(),
            now
        ],
    )?;
    Ok(added == 1)
}

/// The content of a known event.
pub(super) fn hash_of(tx: &mut Tx<'_>, event_id: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT payload_hash FROM inbound_events WHERE event_id = $1";
    tx.query_opt(sql, params![event_id], |row| row.blob(0))
}

/// Whether an earlier event of this key waits.
pub(super) fn is_blocked(tx: &mut Tx<'_>, key: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM inbound_events WHERE order_key = $1 AND status = 'waiting' LIMIT 1";
    Ok(tx.query_opt(sql, params![key], |_| Ok(()))?.is_some())
}

/// An event waits for its next try at `run_at`.
pub(super) fn set_waiting(
    tx: &mut Tx<'_>,
    event_id: &str,
    (attempts, error): (i64, &str),
    (now, run_at): (Timestamp, Timestamp),
) -> Result<(), StoreError> {
    let sql =
        "UPDATE inbound_events SET status = 'waiting', attempts = $2, last_error = $3, last_attempt_at = $4,
                 run_at = $5 WHERE event_id = $1";
    tx.execute(sql, params![event_id, attempts, error, now, run_at])?;
    Ok(())
}

/// An event is a dead letter.
pub(super) fn set_dead(
    tx: &mut Tx<'_>,
    event_id: &str,
    attempts: i64,
    rejection: &Rejection,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE inbound_events SET status = 'dead', attempts = $2, code = $3, last_error = $4, last_attempt_at = $5
               WHERE event_id = $1";
    tx.execute(sql, params![event_id, attempts, rejection.code, rejection.text.as_str(), now])?;
    Ok(())
}

/// An event that waited is done.
pub(super) fn set_done(tx: &mut Tx<'_>, id: i64, attempts: i64, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE inbound_events SET status = 'done', attempts = $2, last_attempt_at = $3, code = NULL,
                 last_error = NULL WHERE id = $1";
    tx.execute(sql, params![id, attempts, now])?;
    Ok(())
}

/// Those whose time has come and that no earlier one of their key stands before, oldest first.
pub(super) fn due(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<i64>, StoreError> {
    let sql = "SELECT id FROM inbound_events d WHERE status = 'waiting' AND run_at <= $1 AND NOT EXISTS (
                 SELECT 1 FROM inbound_events e WHERE e.order_key = d.order_key AND e.status = 'waiting' AND e.id < d.id)
               ORDER BY id LIMIT $2";
    tx.query(sql, params![now, limit], |row| row.int(0))
}

/// A waiting event, kept from others until the transaction ends; `None` when it does not wait any more.
pub(super) fn waiting_locked(tx: &mut Tx<'_>, id: i64) -> Result<Option<Waiting>, StoreError> {
    let sql = tx.pick(
        "SELECT id, attempts, subject, payload, trace FROM inbound_events WHERE id = $1 AND status = 'waiting'",
        "SELECT id, attempts, subject, payload, trace FROM inbound_events WHERE id = $1 AND status = 'waiting' FOR UPDATE",
    );
    tx.query_opt(sql, params![id], |row| {
        let (subject, payload, trace) = (row.text(2)?, row.text(3)?, row.opt_text(4)?);
        let message = InboundMessage { subject, payload, source: Source::Replay, trace };
        Ok(Waiting { id: row.int(0)?, attempts: row.int(1)?, message })
    })
}

/// Events that arrived from `from` to `to`, oldest first, after number `after`.
pub(super) fn window(
    tx: &mut Tx<'_>,
    (from, to): (Timestamp, Timestamp),
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, InboundMessage)>, StoreError> {
    let sql = "SELECT id, subject, payload, trace FROM inbound_events
               WHERE first_seen_at >= $1 AND first_seen_at <= $2 AND id > $3 AND status <> 'discarded'
               ORDER BY id LIMIT $4";
    tx.query(sql, params![from, to, after, limit], |row: &Row<'_>| {
        let (subject, payload, trace) = (row.text(1)?, row.text(2)?, row.opt_text(3)?);
        Ok((row.int(0)?, InboundMessage { subject, payload, source: Source::Replay, trace }))
    })
}
