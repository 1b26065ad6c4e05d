//! What waits for a person, in rows.

use kernel::Timestamp;
use store::{Row, StoreError, Tx, params};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, kind, reason, streamer_id, event_id, result_id, payload, state, decided_by, decided_at, created_at ",
            "FROM reviews ",
            $rest
        )
    };
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewRow {
    /// Its number.
    pub id: i64,
    /// `event` or `result`.
    pub kind: String,
    /// Why it waits.
    pub reason: String,
    /// Of which streamer.
    pub streamer: i64,
    /// About which event; none where it is not open yet.
    pub event: Option<i64>,
    /// About which result.
    pub result: Option<i64>,
    /// What was reported, JSON.
    pub payload: String,
    /// `open`, `accepted` or `rejected`.
    pub state: String,
    /// Who judged.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// When it came.
    pub created_at: Timestamp,
}

/// A new one.
pub fn insert(tx: &mut Tx<'_>, row: &ReviewRow) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO reviews (id, kind, reason, streamer_id, event_id, result_id, payload, state, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8)";
    let values = params![
        row.id,
        &row.kind,
        &row.reason,
        row.streamer,
        row.event,
        row.result,
        &row.payload,
        row.created_at
    ];
    tx.execute(sql, values)?;
    Ok(())
}

/// The one of this number, for a decision.
pub fn lock(tx: &mut Tx<'_>, id: i64) -> Result<Option<ReviewRow>, StoreError> {
    let sql = tx.pick(select!("WHERE id = $1"), select!("WHERE id = $1 FOR UPDATE"));
    tx.query_opt(sql, params![id], read)
}

/// Those that wait, oldest first.
pub fn open(tx: &mut Tx<'_>, after: i64, limit: i64) -> Result<Vec<ReviewRow>, StoreError> {
    let sql = select!("WHERE state = 'open' AND id > $1 ORDER BY id LIMIT $2");
    tx.query(sql, params![after, limit], read)
}

/// Writes a judgement. Errors: it was judged before.
pub fn decide(tx: &mut Tx<'_>, id: i64, state: &str, by: &str, now: Timestamp) -> Result<(), StoreError> {
    let sql =
        "UPDATE reviews SET state = $2, decided_by = $3, decided_at = $4 WHERE id = $1 AND state = 'open'";
    match tx.execute(sql, params![id, state, by, now])? {
        1 => Ok(()),
        _ => Err(StoreError::Corrupt(format!("review {id} was judged before"))),
    }
}

/// Closes what waits about an event whose money moves: it is decided.
pub fn close_of_event(tx: &mut Tx<'_>, event: i64, by: &str, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE reviews SET state = 'rejected', decided_by = $2, decided_at = $3
               WHERE state = 'open' AND event_id = $1";
    tx.execute(sql, params![event, by, now])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<ReviewRow, StoreError> {
    Ok(ReviewRow {
        id: row.int(0)?,
        kind: row.text(1)?,
        reason: row.text(2)?,
        streamer: row.int(3)?,
        event: row.opt_int(4)?,
        result: row.opt_int(5)?,
        payload: row.text(6)?,
        state: row.text(7)?,
        decided_by: row.opt_text(8)?,
        decided_at: row.opt_int(9)?.map(Timestamp::from_micros),
        created_at: Timestamp::from_micros(row.int(10)?),
    })
}
