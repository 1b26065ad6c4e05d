//! How far Telegram's list of transactions was compared with ours: one row.

use kernel::Timestamp;
use store::{StoreError, Tx, params};

/// The last comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reconciliation {
    /// How many transactions Telegram listed.
    pub seen: i64,
    /// When.
    pub at: Timestamp,
}

/// The last comparison, if there was one.
pub fn last(tx: &mut Tx<'_>) -> Result<Option<Reconciliation>, StoreError> {
    let sql = "SELECT seen, at FROM star_reconciliations WHERE id = 1";
    tx.query_opt(sql, &[], |row| {
        Ok(Reconciliation { seen: row.int(0)?, at: Timestamp::from_micros(row.int(1)?) })
    })
}

/// This comparison was made.
pub fn put(tx: &mut Tx<'_>, seen: i64, at: Timestamp) -> Result<(), StoreError> {
    let sql = "INSERT INTO star_reconciliations (id, seen, at) VALUES (1, $1, $2)
               ON CONFLICT (id) DO UPDATE SET seen = excluded.seen, at = excluded.at";
    tx.execute(sql, params![seen, at])?;
    Ok(())
}
