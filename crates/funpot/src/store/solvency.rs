//! Sums over the whole ledger and over what Telegram charged.

use kernel::Timestamp;
use store::{StoreError, Tx, params};

/// The accounts of one kind together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindSum {
    /// The kind.
    pub code: i64,
    /// What lies in them, less what is reserved to leave.
    pub balance: i64,
    /// What is reserved to leave.
    pub held: i64,
}

/// The balances of each kind of account; together they are nothing.
pub fn by_kind(tx: &mut Tx<'_>) -> Result<Vec<KindSum>, StoreError> {
    let sql =
        "SELECT code, CAST(SUM(credits_posted - debits_posted) AS BIGINT), CAST(SUM(debits_pending) AS BIGINT)
               FROM accounts GROUP BY code ORDER BY code";
    tx.query(sql, &[], |row| {
        let held = row.int(2)?;
        Ok(KindSum { code: row.int(0)?, balance: row.int(1)? - held, held })
    })
}

/// Stars of charges that were not given back, and how many of them were paid after `since`.
pub fn stars(tx: &mut Tx<'_>, since: Timestamp) -> Result<(i64, i64), StoreError> {
    let sql = "SELECT CAST(COALESCE(SUM(stars), 0) AS BIGINT),
                 CAST(COALESCE(SUM(CASE WHEN paid_at > $1 THEN stars ELSE 0 END), 0) AS BIGINT)
               FROM star_charges WHERE refunded_at IS NULL";
    tx.query_one(sql, params![since], |row| Ok((row.int(0)?, row.int(1)?)))
}
