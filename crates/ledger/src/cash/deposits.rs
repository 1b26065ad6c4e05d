//! Deposits in rows, and how one is recorded: once for its key.

use crate::rules::cash::{Cash, deposit};
use crate::{Account, Book};
use kernel::Timestamp;
use store::keyed::Known;
use store::{Row, StoreError, Tx, params};

/// A deposit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deposit {
    /// Its number, and its transfer's.
    pub id: i64,
    /// Whose money it is now.
    pub user: i64,
    /// The key under which it was recorded: good once for ever.
    pub key: String,
    /// Minor units, more than 0.
    pub amount: i64,
    /// What the payment is called where it came from.
    pub reference: String,
    /// Who recorded it.
    pub operator: String,
    /// When.
    pub at: Timestamp,
}

/// What a deposit's key says: nothing was recorded under it, this same deposit was, or another one was. Number, recorder and time
/// are not compared. The cash account must be locked: all deposits share it.
pub fn known(tx: &mut Tx<'_>, asked: &Deposit) -> Result<Known<Deposit>, StoreError> {
    let found = by_key(tx, &asked.key)?;
    Ok(Known::of(found, |known| {
        (known.user, known.amount, &known.reference) == (asked.user, asked.amount, &asked.reference)
    }))
}

/// Brings a new deposit in for the owner of `to`, and records it. Both accounts must be in hand.
pub fn record(
    tx: &mut Tx<'_>,
    book: &mut Book,
    cash: &Cash,
    to: Account,
    row: &Deposit,
) -> Result<(), StoreError> {
    deposit(book.rules(), cash, to, (row.id, row.amount), row.at)?;
    book.save(tx)?;
    insert(tx, row)
}

fn insert(tx: &mut Tx<'_>, row: &Deposit) -> Result<(), StoreError> {
    let sql = "INSERT INTO deposits (id, user_id, key, amount, reference, operator, at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let (key, reference, operator) = (row.key.as_str(), row.reference.as_str(), row.operator.as_str());
    tx.execute(sql, params![row.id, row.user, key, row.amount, reference, operator, row.at])?;
    Ok(())
}

fn by_key(tx: &mut Tx<'_>, key: &str) -> Result<Option<Deposit>, StoreError> {
    let sql = "SELECT id, user_id, key, amount, reference, operator, at FROM deposits WHERE key = $1";
    tx.query_opt(sql, params![key], read)
}

fn read(row: &Row<'_>) -> Result<Deposit, StoreError> {
    Ok(Deposit {
        id: row.int(0)?,
        user: row.int(1)?,
        key: row.text(2)?,
        amount: row.int(3)?,
        reference: row.text(4)?,
        operator: row.text(5)?,
        at: Timestamp::from_micros(row.int(6)?),
    })
}
