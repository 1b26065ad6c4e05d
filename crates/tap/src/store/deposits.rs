//! Deposits by operators in rows.

use kernel::{Timestamp, UserId};
use store::{Row, StoreError, Tx, params};

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepositRow {
    /// Its number, and its transfer's.
    pub id: i64,
    /// Whose money it is now.
    pub user: UserId,
    /// The operator's key: good once for ever.
    pub key: String,
    /// Cents.
    pub amount: i64,
    /// What the payment is called where it came from.
    pub reference: String,
    /// Who recorded it.
    pub operator: String,
    /// When.
    pub at: Timestamp,
}

/// Records it. Errors: `Unique`, the key was used.
pub fn insert(tx: &mut Tx<'_>, row: &DepositRow) -> Result<(), StoreError> {
    let sql = "INSERT INTO deposits (id, user_id, key, amount, reference, operator, at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let (key, reference, operator) = (row.key.as_str(), row.reference.as_str(), row.operator.as_str());
    tx.execute(sql, params![row.id, row.user.0, key, row.amount, reference, operator, row.at])?;
    Ok(())
}

/// The one that was recorded under this key.
pub fn by_key(tx: &mut Tx<'_>, key: &str) -> Result<Option<DepositRow>, StoreError> {
    let sql = "SELECT id, user_id, key, amount, reference, operator, at FROM deposits WHERE key = $1";
    tx.query_opt(sql, params![key], read)
}

fn read(row: &Row<'_>) -> Result<DepositRow, StoreError> {
    Ok(DepositRow {
        id: row.int(0)?,
        user: UserId(row.int(1)?),
        key: row.text(2)?,
        amount: row.int(3)?,
        reference: row.text(4)?,
        operator: row.text(5)?,
        at: Timestamp::from_micros(row.int(6)?),
    })
}
