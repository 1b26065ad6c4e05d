//! The event of a balance that changed for another reason than a bet, in the transaction that changed it.

use crate::domain::bet_event;
use crate::domain::money::locator_kind;
use kernel::{IdSource, Timestamp, UserId};
use ledger::Book;
use store::{StoreError, Tx, outbox, sequence};

/// Enqueues it under the player's next number; the player's account must be in hand, and is thereby locked.
pub(super) fn enqueue_balance(
    tx: &mut Tx<'_>,
    ids: &IdSource,
    book: &Book,
    user: UserId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let seq = sequence::take(tx, locator_kind::SEQUENCE, user.0)?;
    outbox::append(tx, &[bet_event::balance(ids.next(now), user, seq, balance(book, user), now)])
}

/// Cents that the player can stake.
pub(super) fn balance(book: &Book, user: UserId) -> i64 {
    book.account(user.0).map_or(0, |account| account.balances.available())
}
