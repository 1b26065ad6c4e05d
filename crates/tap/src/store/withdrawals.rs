//! Withdrawals in rows.

use crate::domain::ids::WithdrawalId;
use crate::domain::withdrawal::{Decision, Withdrawal, WithdrawalState};
use kernel::{Timestamp, UserId, WalletAddress};
use store::{Row, StoreError, Tx, params};

/// Records one that was asked for under `key`.
pub fn insert(tx: &mut Tx<'_>, withdrawal: &Withdrawal, key: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO withdrawals (id, user_id, key, amount, address, state, requested_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let address = withdrawal.address.lower();
    tx.execute(
        sql,
        params![
            withdrawal.id.0,
            withdrawal.user.0,
            key,
            withdrawal.amount,
            address.as_str(),
            withdrawal.state.as_str(),
            withdrawal.requested_at
        ],
    )?;
    Ok(())
}

/// Records the decision, and the transfer that did it.
pub fn decide(
    tx: &mut Tx<'_>,
    id: WithdrawalId,
    state: WithdrawalState,
    transfer: i64,
    decision: &Decision,
) -> Result<(), StoreError> {
    let sql = "UPDATE withdrawals SET state = $2, transfer = $3, decided_at = $4, operator = $5, reason = $6
               WHERE id = $1 AND state = 'pending'";
    let (operator, reason) = (decision.operator.as_str(), decision.reason.as_str());
    match tx.execute(sql, params![id.0, state.as_str(), transfer, decision.at, operator, reason])? {
        1 => Ok(()),
        _ => Err(StoreError::Corrupt(format!("withdrawal {} is in another state", id.0))),
    }
}

/// The one that this player asked for under this key.
pub fn by_key(tx: &mut Tx<'_>, user: UserId, key: &str) -> Result<Option<Withdrawal>, StoreError> {
    let sql = "SELECT id, user_id, amount, address, state, requested_at, decided_at, operator, reason
               FROM withdrawals WHERE user_id = $1 AND key = $2";
    tx.query_opt(sql, params![user.0, key], read)
}

/// One for a decision: on PostgreSQL its row stays locked until the transaction ends.
pub fn lock(tx: &mut Tx<'_>, id: WithdrawalId) -> Result<Option<Withdrawal>, StoreError> {
    let sql = tx.pick(
        "SELECT id, user_id, amount, address, state, requested_at, decided_at, operator, reason
         FROM withdrawals WHERE id = $1",
        "SELECT id, user_id, amount, address, state, requested_at, decided_at, operator, reason
         FROM withdrawals WHERE id = $1 FOR UPDATE",
    );
    tx.query_opt(sql, params![id.0], read)
}

/// A player's with smaller numbers than `before`, newest first.
pub fn of_user(
    tx: &mut Tx<'_>,
    user: UserId,
    before: i64,
    limit: i64,
) -> Result<Vec<Withdrawal>, StoreError> {
    let sql = "SELECT id, user_id, amount, address, state, requested_at, decided_at, operator, reason
               FROM withdrawals WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    tx.query(sql, params![user.0, before, limit], read)
}

/// Those that wait for a decision, oldest first.
pub fn pending(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Withdrawal>, StoreError> {
    let sql = "SELECT id, user_id, amount, address, state, requested_at, decided_at, operator, reason
               FROM withdrawals WHERE state = 'pending' ORDER BY id LIMIT $1";
    tx.query(sql, params![limit], read)
}

fn read(row: &Row<'_>) -> Result<Withdrawal, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("the {what} of a withdrawal"));
    let decision = match row.opt_int(6)? {
        None => None,
        Some(at) => {
            let (at, operator, reason) = (Timestamp::from_micros(at), row.text(7)?, row.text(8)?);
            Some(Decision { at, operator, reason })
        }
    };
    Ok(Withdrawal {
        id: WithdrawalId(row.int(0)?),
        user: UserId(row.int(1)?),
        amount: row.int(2)?,
        address: WalletAddress::parse_lower(&row.text(3)?).ok_or_else(|| corrupt("address"))?,
        state: WithdrawalState::parse(&row.text(4)?).ok_or_else(|| corrupt("state"))?,
        requested_at: Timestamp::from_micros(row.int(5)?),
        decision,
    })
}
