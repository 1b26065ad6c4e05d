//! Calls of the Bot API that are due: written in the transaction that wants them, made afterwards, again until they succeed.

use kernel::Timestamp;
use store::{StoreError, Tx, params};

/// A call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotCall {
    /// Its number.
    pub id: i64,
    /// The method.
    pub method: String,
    /// Its parameters, JSON.
    pub body: String,
    /// The withdrawal that waits for it.
    pub withdrawal: Option<i64>,
    /// How often it was tried.
    pub tries: i64,
}

/// Asks for a call.
pub fn enqueue(
    tx: &mut Tx<'_>,
    id: i64,
    (method, body): (&str, &str),
    withdrawal: Option<i64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO bot_calls (id, method, body, withdrawal, tries, due_at, created_at)
               VALUES ($1, $2, $3, $4, 0, $5, $5)";
    tx.execute(sql, params![id, method, body, withdrawal, now])?;
    Ok(())
}

/// Those that are due, oldest first, at most `limit`.
pub fn due(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<BotCall>, StoreError> {
    let sql = "SELECT id, method, body, withdrawal, tries FROM bot_calls
               WHERE done_at IS NULL AND due_at <= $1 ORDER BY due_at, id LIMIT $2";
    tx.query(sql, params![now, limit], |row| {
        Ok(BotCall {
            id: row.int(0)?,
            method: row.text(1)?,
            body: row.text(2)?,
            withdrawal: row.opt_int(3)?,
            tries: row.int(4)?,
        })
    })
}

/// It was made, or given up for `error`.
pub fn finish(tx: &mut Tx<'_>, id: i64, error: Option<&str>, now: Timestamp) -> Result<(), StoreError> {
    let sql =
        "UPDATE bot_calls SET done_at = $2, error = $3, tries = tries + 1 WHERE id = $1 AND done_at IS NULL";
    let error = error.map(str::to_owned);
    tx.execute(sql, params![id, now, error])?;
    Ok(())
}

/// It is tried again then.
pub fn postpone(tx: &mut Tx<'_>, id: i64, due_at: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE bot_calls SET due_at = $2, tries = tries + 1 WHERE id = $1 AND done_at IS NULL";
    tx.execute(sql, params![id, due_at])?;
    Ok(())
}

/// Calls of a withdrawal that were not made yet.
pub fn open_of_withdrawal(tx: &mut Tx<'_>, withdrawal: i64) -> Result<i64, StoreError> {
    let sql =
        "SELECT COUNT(*) FROM bot_calls WHERE withdrawal = $1 AND (done_at IS NULL OR error IS NOT NULL)";
    tx.query_one(sql, params![withdrawal], |row| row.int(0))
}
