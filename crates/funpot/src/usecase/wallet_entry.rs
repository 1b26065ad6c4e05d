//! Transfers of a wallet that its history shows: each is named by a locator, since transfers are not found by account.

use crate::domain::money::locator_kind;
use kernel::UserId;
use ledger::Book;
use store::{StoreError, Tx, locator};

/// Names a transfer of a user's wallet.
pub fn append(tx: &mut Tx<'_>, user: UserId, transfer: i64) -> Result<(), StoreError> {
    locator::insert(tx, user.0, locator_kind::WALLET_ENTRY, transfer, transfer)
}

/// Names those of `candidates` that the book made and that moved the wallet; what became debt did not.
pub fn append_made(tx: &mut Tx<'_>, book: &Book, user: UserId, candidates: &[i64]) -> Result<(), StoreError> {
    for id in candidates {
        let made = book.state().recorded(*id).map(|made| made.transfer);
        if made.is_some_and(|transfer| [transfer.debit, transfer.credit].contains(&user.0)) {
            append(tx, user, *id)?;
        }
    }
    Ok(())
}
