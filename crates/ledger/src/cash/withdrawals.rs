//! Withdrawals in rows: asked for once for a key, decided once.

use crate::rules::cash::{Cash, Decision, Insufficient, Resolution, State, hold, resolve};
use crate::{Book, Declined};
use kernel::Timestamp;
use store::keyed::Known;
use store::{Row, StoreError, Tx, params};

/// A withdrawal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// Its number, and that of the pending transfer that holds the money.
    pub id: i64,
    /// Whose, and the number of the account the money is in.
    pub user: i64,
    /// Minor units, more than 0.
    pub amount: i64,
    /// Where it goes, as the stall writes addresses.
    pub address: String,
    /// Where it stands.
    pub state: State,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When, by whom and why it was decided.
    pub decision: Option<Decision>,
}

/// What a withdrawal's key says: nothing was asked for under it, this same withdrawal was, or another one was. The user's account
/// must be locked.
pub fn known(tx: &mut Tx<'_>, asked: &Withdrawal, key: &str) -> Result<Known<Withdrawal>, StoreError> {
    let sql = "SELECT id, user_id, amount, address, state, requested_at, decided_at, operator, reason
               FROM withdrawals WHERE user_id = $1 AND key = $2";
    let found = tx.query_opt(sql, params![asked.user, key], read)?;
    Ok(Known::of(found, |known| (known.amount, &known.address) == (asked.amount, &asked.address)))
}

/// Holds the money of a new withdrawal and records it under `key`. The account must be in hand.
pub fn request(
    tx: &mut Tx<'_>,
    book: &mut Book,
    cash: &Cash,
    row: &Withdrawal,
    key: &str,
) -> Result<Result<(), Insufficient>, StoreError> {
    match hold(book.rules(), cash, row.user, (row.id, row.amount), row.requested_at) {
        Ok(_) => {}
        Err(Declined::Refused(refusal)) => return Ok(Err(refusal)),
        Err(Declined::Fault(fault)) => return Err(fault.into()),
    }
    book.save(tx)?;
    insert(tx, row, key).map(Ok)
}

/// Lets the money of a pending withdrawal leave or gives it back, with transfer `id`, and records the decision. Call it after
/// [`may_decide`](super::may_decide), with the user's account and cash in hand.
pub fn decide(
    tx: &mut Tx<'_>,
    book: &mut Book,
    cash: &Cash,
    row: &mut Withdrawal,
    (id, wanted, decision): (i64, Resolution, Decision),
) -> Result<(), StoreError> {
    book.load_holds(tx, &[row.id])?;
    let not_held = || StoreError::Corrupt(format!("the money of withdrawal {} is not held", row.id));
    let held = book.hold(row.id).ok_or_else(not_held)?;
    resolve(book.rules(), cash, &held, (id, wanted), decision.at)?;
    book.save(tx)?;
    write_decision(tx, row.id, (id, wanted), &decision)?;
    row.state = wanted.state();
    row.decision = Some(decision);
    Ok(())
}

fn insert(tx: &mut Tx<'_>, row: &Withdrawal, key: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO withdrawals (id, user_id, key, amount, address, state, requested_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let (address, state) = (row.address.as_str(), row.state.as_str());
    tx.execute(sql, params![row.id, row.user, key, row.amount, address, state, row.requested_at])?;
    Ok(())
}

fn write_decision(
    tx: &mut Tx<'_>,
    withdrawal: i64,
    (transfer, wanted): (i64, Resolution),
    decision: &Decision,
) -> Result<(), StoreError> {
    let sql = "UPDATE withdrawals SET state = $2, transfer = $3, decided_at = $4, operator = $5, reason = $6
               WHERE id = $1 AND state = 'pending'";
    let (operator, reason) = (decision.operator.as_str(), decision.reason.as_str());
    let state = wanted.state().as_str();
    match tx.execute(sql, params![withdrawal, state, transfer, decision.at, operator, reason])? {
        1 => Ok(()),
        _ => Err(StoreError::Corrupt(format!("withdrawal {withdrawal} is in another state"))),
    }
}

/// One for a decision: on PostgreSQL its row stays locked until the transaction ends.
pub fn lock(tx: &mut Tx<'_>, id: i64) -> Result<Option<Withdrawal>, StoreError> {
    let sql = tx.pick(
        "SELECT id, user_id, amount, address, state, requested_at, decided_at, operator, reason
         FROM withdrawals WHERE id = $1",
        "SELECT id, user_id, amount, address, state, requested_at, decided_at, operator, reason
         FROM withdrawals WHERE id = $1 FOR UPDATE",
    );
    tx.query_opt(sql, params![id], read)
}

/// A user's with smaller numbers than `before`, newest first, at most `limit`.
pub fn of_user(tx: &mut Tx<'_>, user: i64, before: i64, limit: i64) -> Result<Vec<Withdrawal>, StoreError> {
    let sql = "SELECT id, user_id, amount, address, state, requested_at, decided_at, operator, reason
               FROM withdrawals WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    tx.query(sql, params![user, before, limit], read)
}

/// Those that wait for a decision, oldest first, at most `limit`.
pub fn pending(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Withdrawal>, StoreError> {
    let sql = "SELECT id, user_id, amount, address, state, requested_at, decided_at, operator, reason
               FROM withdrawals WHERE state = 'pending' ORDER BY id LIMIT $1";
    tx.query(sql, params![limit], read)
}

fn read(row: &Row<'_>) -> Result<Withdrawal, StoreError> {
    let decision = match row.opt_int(6)? {
        None => None,
        Some(at) => {
            let (at, operator, reason) = (Timestamp::from_micros(at), row.text(7)?, row.text(8)?);
            Some(Decision { at, operator, reason })
        }
    };
    let state = row.text(4)?;
    Ok(Withdrawal {
        id: row.int(0)?,
        user: row.int(1)?,
        amount: row.int(2)?,
        address: row.text(3)?,
        state: State::parse(&state)
            .ok_or_else(|| StoreError::Corrupt(format!("a withdrawal says '{state}'")))?,
        requested_at: Timestamp::from_micros(row.int(5)?),
        decision,
    })
}
