//! Classifications that were given up, in rows.

use crate::domain::ids::{RunId, StreamerId};
use kernel::Timestamp;
use store::{Row, StoreError, Tx, params};

/// What could not be classified, with everything that is needed to try again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its number.
    pub id: i64,
    /// Of which cycle.
    pub run: RunId,
    /// Of whose stream.
    pub streamer: StreamerId,
    /// Which stage.
    pub stage: String,
    /// What was looked at.
    pub input_ref: String,
    /// The picture, as it was sent: an address, or a data URL.
    pub image: String,
    /// Tries.
    pub attempts: i64,
    /// What the last one said.
    pub error: String,
    /// When it was given up.
    pub created_at: Timestamp,
}

/// Keeps one.
pub fn insert(tx: &mut Tx<'_>, letter: &DeadLetter) -> Result<(), StoreError> {
    let sql = "INSERT INTO llm_dead_letters (id, run_id, streamer_id, stage, input_ref, image, attempts, error, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let row = params![
        letter.id,
        letter.run.0,
        letter.streamer.0,
        &letter.stage,
        &letter.input_ref,
        &letter.image,
        letter.attempts,
        &letter.error,
        letter.created_at
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// Those that wait, newest first.
pub fn open(tx: &mut Tx<'_>, before: i64, limit: i64) -> Result<Vec<DeadLetter>, StoreError> {
    const SQL: &str = "SELECT id, run_id, streamer_id, stage, input_ref, image, attempts, error, created_at
        FROM llm_dead_letters WHERE replayed_at IS NULL AND id < $1 ORDER BY id DESC LIMIT $2";
    tx.query(SQL, params![before, limit], read)
}

/// One that waits.
pub fn by_id(tx: &mut Tx<'_>, id: i64) -> Result<Option<DeadLetter>, StoreError> {
    const SQL: &str = "SELECT id, run_id, streamer_id, stage, input_ref, image, attempts, error, created_at
        FROM llm_dead_letters WHERE replayed_at IS NULL AND id = $1";
    tx.query_opt(SQL, params![id], read)
}

/// It was classified after all: it waits no longer, and what was looked at is not kept. Whether it waited.
pub fn close(tx: &mut Tx<'_>, id: i64, now: Timestamp) -> Result<bool, StoreError> {
    let sql =
        "UPDATE llm_dead_letters SET replayed_at = $2, image = '' WHERE id = $1 AND replayed_at IS NULL";
    Ok(tx.execute(sql, params![id, now])? == 1)
}

/// It failed again.
pub fn failed(tx: &mut Tx<'_>, id: i64, tries: i64, error: &str) -> Result<(), StoreError> {
    let sql = "UPDATE llm_dead_letters SET attempts = attempts + $2, error = $3 WHERE id = $1 AND replayed_at IS NULL";
    tx.execute(sql, params![id, tries, error])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<DeadLetter, StoreError> {
    Ok(DeadLetter {
        id: row.int(0)?,
        run: RunId(row.int(1)?),
        streamer: StreamerId(row.int(2)?),
        stage: row.text(3)?,
        input_ref: row.text(4)?,
        image: row.text(5)?,
        attempts: row.int(6)?,
        error: row.text(7)?,
        created_at: Timestamp::from_micros(row.int(8)?),
    })
}
