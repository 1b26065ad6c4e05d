//! Requests for money, in rows.

use crate::domain::ids::WithdrawalId;
use crate::domain::withdrawal::{Rail, Withdrawal, WithdrawalStatus};
use kernel::{Timestamp, UserId};
use store::{Row, StoreError, Tx, params};

/// The columns of a request, in the order in which they are read.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, user_id, amount_int, status, rail, reason, external_ref, decided_by, created_at, updated_at ",
            "FROM withdrawals ",
            $rest
        )
    };
}

/// The request that was made with this key.
pub fn by_key(tx: &mut Tx<'_>, user: UserId, key: &str) -> Result<Option<Withdrawal>, StoreError> {
    tx.query_opt(select!("WHERE user_id = $1 AND key = $2"), params![user.0, key], read)
}

/// One for a decision; on PostgreSQL its row stays locked until the transaction ends.
pub fn lock(tx: &mut Tx<'_>, id: WithdrawalId) -> Result<Option<Withdrawal>, StoreError> {
    let sql = tx.pick(select!("WHERE id = $1"), select!("WHERE id = $1 FOR UPDATE"));
    tx.query_opt(sql, params![id.0], read)
}

/// A new request under a key. Errors: `Unique`, the key was used.
pub fn insert(tx: &mut Tx<'_>, withdrawal: &Withdrawal, key: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO withdrawals (id, user_id, key, amount_int, status, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $6)";
    let Withdrawal { id, user, amount, status, created_at, .. } = withdrawal;
    tx.execute(sql, params![id.0, user.0, key, *amount, status.as_str(), *created_at])?;
    Ok(())
}

/// Writes everything that a decision changes; `transfer` is what moved the money, where something did.
pub fn save(tx: &mut Tx<'_>, withdrawal: &Withdrawal, transfer: Option<i64>) -> Result<(), StoreError> {
    let sql =
        "UPDATE withdrawals SET status = $2, rail = $3, reason = $4, external_ref = $5, decided_by = $6,
                 transfer = COALESCE($7, transfer), updated_at = $8 WHERE id = $1";
    let rail = withdrawal.rail.map(|rail| rail.as_str().to_owned());
    let row = params![
        withdrawal.id.0,
        withdrawal.status.as_str(),
        rail,
        withdrawal.reason.clone(),
        withdrawal.external_ref.clone(),
        withdrawal.decided_by.clone(),
        transfer,
        withdrawal.updated_at
    ];
    match tx.execute(sql, row)? {
        1 => Ok(()),
        _ => Err(StoreError::Corrupt(format!("withdrawal {} is gone", withdrawal.id.0))),
    }
}

/// A user's with smaller numbers than `before`, newest first.
pub fn of_user(
    tx: &mut Tx<'_>,
    user: UserId,
    before: i64,
    limit: i64,
) -> Result<Vec<Withdrawal>, StoreError> {
    let sql = select!("WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
    tx.query(sql, params![user.0, before, limit], read)
}

/// Those of this status with smaller numbers than `before`, newest first.
pub fn of_status(
    tx: &mut Tx<'_>,
    status: WithdrawalStatus,
    before: i64,
    limit: i64,
) -> Result<Vec<Withdrawal>, StoreError> {
    let sql = select!("WHERE status = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
    tx.query(sql, params![status.as_str(), before, limit], read)
}

fn read(row: &Row<'_>) -> Result<Withdrawal, StoreError> {
    let (status, rail) = (row.text(3)?, row.opt_text(4)?);
    let corrupt = |what: &str| StoreError::Corrupt(format!("a withdrawal says '{what}'"));
    Ok(Withdrawal {
        id: WithdrawalId(row.int(0)?),
        user: UserId(row.int(1)?),
        amount: row.int(2)?,
        status: WithdrawalStatus::parse(&status).ok_or_else(|| corrupt(&status))?,
        rail: rail.map(|rail| Rail::parse(&rail).ok_or_else(|| corrupt(&rail))).transpose()?,
        reason: row.opt_text(5)?,
        external_ref: row.opt_text(6)?,
        decided_by: row.opt_text(7)?,
        created_at: Timestamp::from_micros(row.int(8)?),
        updated_at: Timestamp::from_micros(row.int(9)?),
    })
}
