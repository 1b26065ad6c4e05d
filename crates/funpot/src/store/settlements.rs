//! Attempts to settle events, in rows.

use crate::domain::ids::EventId;
use crate::domain::settlement::{Attempt, Phase};
use crate::domain::split::RefundReason;
use kernel::Timestamp;
use store::{Row, StoreError, Tx, params};

macro_rules! columns {
    () => {
        "event_id, attempt, result_id, reason, option, decided_at, rake_bps, stakes, winning, losing, rake, rounding, paid, phase, \
         cursor, first_transfer, last_transfer, ordered_by, started_at"
    };
}
macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", columns!(), " FROM settlements ", $rest)
    };
}

/// A new attempt. Errors: `Unique` where another node began it.
pub fn insert(tx: &mut Tx<'_>, attempt: &Attempt) -> Result<(), StoreError> {
    let sql = "INSERT INTO settlements (event_id, attempt, result_id, outcome, reason, option, decided_at, rake_bps, stakes,
                 winning, losing, rake, rounding, paid, phase, cursor, ordered_by, started_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0, $13, 0, $14, $15)";
    let row = params![
        attempt.event.0,
        attempt.number,
        attempt.result,
        attempt.outcome(),
        attempt.reason.map(RefundReason::as_str),
        attempt.option.and_then(|option| i64::try_from(option).ok()),
        attempt.decided_at,
        attempt.rake_bps,
        attempt.stakes,
        attempt.winning,
        attempt.losing,
        attempt.rake,
        attempt.phase.as_str(),
        &attempt.ordered_by,
        attempt.started_at
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// The newest attempt of an event, for a decision: on PostgreSQL its row stays locked.
pub fn lock_newest(tx: &mut Tx<'_>, event: EventId) -> Result<Option<Attempt>, StoreError> {
    let sql = tx.pick(
        select!("WHERE event_id = $1 ORDER BY attempt DESC LIMIT 1"),
        select!("WHERE event_id = $1 ORDER BY attempt DESC LIMIT 1 FOR UPDATE"),
    );
    tx.query_opt(sql, params![event.0], read)
}

/// Every attempt of an event, oldest first.
pub fn of_event(tx: &mut Tx<'_>, event: EventId) -> Result<Vec<Attempt>, StoreError> {
    tx.query(select!("WHERE event_id = $1 ORDER BY attempt"), params![event.0], read)
}

/// The events of which an attempt runs.
pub fn running(tx: &mut Tx<'_>) -> Result<Vec<EventId>, StoreError> {
    let sql = "SELECT event_id FROM settlements WHERE phase IN ('paying', 'reversing') ORDER BY started_at, event_id";
    tx.query(sql, &[], |row| Ok(EventId(row.int(0)?)))
}

/// Writes how far an attempt is.
pub fn save(tx: &mut Tx<'_>, attempt: &Attempt, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE settlements SET rounding = $3, paid = $4, phase = $5, cursor = $6, first_transfer = $7, last_transfer = $8,
                 finished_at = CASE WHEN $5 IN ('done', 'reversed') THEN CAST($9 AS BIGINT) ELSE finished_at END
               WHERE event_id = $1 AND attempt = $2";
    let row = params![
        attempt.event.0,
        attempt.number,
        attempt.rounding,
        attempt.paid,
        attempt.phase.as_str(),
        attempt.cursor,
        attempt.transfers.map(|(first, _)| first),
        attempt.transfers.map(|(_, last)| last),
        now
    ];
    match tx.execute(sql, row)? {
        1 => Ok(()),
        _ => Err(StoreError::Corrupt(format!(
            "attempt {} of event {} is gone",
            attempt.number, attempt.event.0
        ))),
    }
}

fn read(row: &Row<'_>) -> Result<Attempt, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("a settlement: {what}"));
    let reason = row.opt_text(3)?.map(|text| RefundReason::parse(&text).ok_or_else(|| corrupt("its reason")));
    Ok(Attempt {
        event: EventId(row.int(0)?),
        number: row.int(1)?,
        result: row.opt_int(2)?,
        reason: reason.transpose()?,
        option: row.opt_int(4)?.and_then(|option| usize::try_from(option).ok()),
        decided_at: Timestamp::from_micros(row.int(5)?),
        rake_bps: row.int(6)?,
        stakes: row.int(7)?,
        winning: row.int(8)?,
        losing: row.int(9)?,
        rake: row.int(10)?,
        rounding: row.int(11)?,
        paid: row.int(12)?,
        phase: Phase::parse(&row.text(13)?).ok_or_else(|| corrupt("its phase"))?,
        cursor: row.int(14)?,
        transfers: row.opt_int(15)?.zip(row.opt_int(16)?),
        ordered_by: row.text(17)?,
        started_at: Timestamp::from_micros(row.int(18)?),
    })
}
