//! What was changed while running, in rows: numbers by their names, switches by `flag.` and theirs.

use kernel::Timestamp;
use store::{StoreError, Tx, params};

/// One changed value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigRow {
    /// Its key.
    pub key: String,
    /// Its stored value: a whole number, `true` or `false`.
    pub value: String,
}

/// Every changed value.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<ConfigRow>, StoreError> {
    let sql = "SELECT key, value FROM config ORDER BY key";
    tx.query(sql, &[], |row| Ok(ConfigRow { key: row.text(0)?, value: row.text(1)? }))
}

/// Sets a value.
pub fn put(tx: &mut Tx<'_>, row: &ConfigRow, by: &str, now: Timestamp) -> Result<(), StoreError> {
    let sql = "INSERT INTO config (key, value, updated_at, updated_by) VALUES ($1, $2, $3, $4)
               ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at,
                 updated_by = excluded.updated_by";
    tx.execute(sql, params![&row.key, &row.value, now, by])?;
    Ok(())
}
