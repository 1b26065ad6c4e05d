//! Receipts, in rows.

use crate::domain::ids::EventId;
use kernel::Timestamp;
use store::{Row, StoreError, Tx, params};

/// A receipt; its votes are read from their own table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptRow {
    /// Of what.
    pub event: EventId,
    /// Of which attempt.
    pub attempt: i64,
    /// SHA-256 of the body, hex.
    pub hash: String,
    /// The body without its votes, JSON.
    pub header: String,
    /// Ed25519 over the hash's bytes, hex.
    pub signature: String,
    /// The key that signed, hex.
    pub public_key: String,
    /// When.
    pub created_at: Timestamp,
}

/// A new receipt.
pub fn insert(tx: &mut Tx<'_>, row: &ReceiptRow) -> Result<(), StoreError> {
    let sql = "INSERT INTO receipts (event_id, attempt, hash, header, signature, public_key, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = params![
        row.event.0,
        row.attempt,
        &row.hash,
        &row.header,
        &row.signature,
        &row.public_key,
        row.created_at
    ];
    tx.execute(sql, values)?;
    Ok(())
}

/// Every receipt of an event, oldest first.
pub fn of_event(tx: &mut Tx<'_>, event: EventId) -> Result<Vec<ReceiptRow>, StoreError> {
    let sql = "SELECT event_id, attempt, hash, header, signature, public_key, created_at FROM receipts
               WHERE event_id = $1 ORDER BY attempt";
    tx.query(sql, params![event.0], read)
}

fn read(row: &Row<'_>) -> Result<ReceiptRow, StoreError> {
    Ok(ReceiptRow {
        event: EventId(row.int(0)?),
        attempt: row.int(1)?,
        hash: row.text(2)?,
        header: row.text(3)?,
        signature: row.text(4)?,
        public_key: row.text(5)?,
        created_at: Timestamp::from_micros(row.int(6)?),
    })
}
