//! Column evidence in rows: written once, kept for ever.

use crate::domain::evidence::Evidence;
use kernel::Timestamp;
use store::{StoreError, Tx, params};

/// A stored evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceRow {
    /// The column's number.
    pub id: i64,
    /// The column's index.
    pub col: i64,
    /// Its start.
    pub t0_ms: i64,
    /// `valid` or `void`.
    pub verdict: String,
    /// Why it is void.
    pub reason: Option<String>,
    /// The JSON.
    pub body: String,
}

/// Keeps it. Errors: `Unique` when the column has one.
pub fn keep(tx: &mut Tx<'_>, row: &EvidenceRow, now: Timestamp) -> Result<(), StoreError> {
    let sql = "INSERT INTO evidence (id, col, t0_ms, verdict, reason, body, recorded_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let (verdict, body) = (row.verdict.as_str(), row.body.as_str());
    tx.execute(sql, params![row.id, row.col, row.t0_ms, verdict, row.reason.as_deref(), body, now])?;
    Ok(())
}

/// The evidence of a column.
pub fn by_id(tx: &mut Tx<'_>, id: i64) -> Result<Option<EvidenceRow>, StoreError> {
    let sql = "SELECT id, col, t0_ms, verdict, reason, body FROM evidence WHERE id = $1";
    tx.query_opt(sql, params![id], |row| {
        Ok(EvidenceRow {
            id: row.int(0)?,
            col: row.int(1)?,
            t0_ms: row.int(2)?,
            verdict: row.text(3)?,
            reason: row.opt_text(4)?,
            body: row.text(5)?,
        })
    })
}

/// What a kept evidence says. Errors: another text than ours.
pub fn read(row: &EvidenceRow) -> Result<Evidence, StoreError> {
    let read = serde_json::from_str(&row.body);
    read.map_err(|error| StoreError::Corrupt(format!("evidence of column {}: {error}", row.id)))
}
