//! How accounts, holds and transfers lie in rows.

use crate::rules::{Account, After, Balances, Hold, Recorded, Transfer, TransferKind};
use kernel::{AssetCode, Timestamp};
use store::{Row, StoreError};

/// Numbers of transfer kinds in tables; never reused.
pub(super) const SINGLE: i64 = 1;
pub(super) const PENDING: i64 = 2;
pub(super) const POST: i64 = 3;
pub(super) const VOID: i64 = 4;

pub(super) fn read_account(row: &Row<'_>, first: usize) -> Result<Account, StoreError> {
    let asset = row.text(first + 1)?;
    Ok(Account {
        id: row.int(first)?,
        asset: AssetCode::new(&asset).ok_or_else(|| StoreError::Corrupt(format!("asset '{asset}'")))?,
        code: row.int(first + 2)?,
        owner: row.int(first + 3)?,
        scope: row.int(first + 4)?,
        floor: row.opt_int(first + 5)?,
        ceiling: row.opt_int(first + 6)?,
        balances: Balances {
            debits_pending: row.int(first + 7)?,
            debits_posted: row.int(first + 8)?,
            credits_pending: row.int(first + 9)?,
            credits_posted: row.int(first + 10)?,
        },
    })
}

pub(super) fn read_hold(row: &Row<'_>, first: usize) -> Result<Hold, StoreError> {
    Ok(Hold {
        id: row.int(first)?,
        debit: row.int(first + 1)?,
        credit: row.int(first + 2)?,
        amount: row.int(first + 3)?,
        expires_at: Timestamp::from_micros(row.int(first + 4)?),
    })
}

pub(crate) fn read_recorded(row: &Row<'_>, first: usize) -> Result<Recorded, StoreError> {
    let kind = kind_of(row.int(first + 1)?, row.opt_int(first + 5)?, row.opt_int(first + 6)?)?;
    Ok(Recorded {
        transfer: Transfer {
            id: row.int(first)?,
            debit: row.int(first + 2)?,
            credit: row.int(first + 3)?,
            amount: row.int(first + 4)?,
            kind,
            code: row.int(first + 7)?,
        },
        at: Timestamp::from_micros(row.int(first + 8)?),
        debit_after: After { posted: row.int(first + 9)?, pending: row.int(first + 10)? },
        credit_after: After { posted: row.int(first + 11)?, pending: row.int(first + 12)? },
    })
}

/// The three columns of a kind: number, pending transfer, time-out.
pub(super) fn columns_of(kind: TransferKind) -> (i64, Option<i64>, Option<i64>) {
    match kind {
        TransferKind::Single => (SINGLE, None, None),
        TransferKind::Pending { expires_at } => (PENDING, None, Some(expires_at.as_micros())),
        TransferKind::Post { pending } => (POST, Some(pending), None),
        TransferKind::Void { pending } => (VOID, Some(pending), None),
    }
}

fn kind_of(number: i64, pending: Option<i64>, expires_at: Option<i64>) -> Result<TransferKind, StoreError> {
    match (number, pending, expires_at) {
        (SINGLE, None, None) => Ok(TransferKind::Single),
        (PENDING, None, Some(at)) => Ok(TransferKind::Pending { expires_at: Timestamp::from_micros(at) }),
        (POST, Some(pending), None) => Ok(TransferKind::Post { pending }),
        (VOID, Some(pending), None) => Ok(TransferKind::Void { pending }),
        _ => Err(StoreError::Corrupt(format!("transfer kind {number} with {pending:?} and {expires_at:?}"))),
    }
}
