//! Tells a user's open pages what they can spend now, in the transaction that changed it.

use crate::domain::pot_event;
use kernel::{IdSource, Timestamp, UserId};
use ledger::Book;
use serde_json::json;
use store::{StoreError, Tx, outbox};

/// A balance that changed for another reason than a vote.
const BALANCE_CHANGED: &str = "balance.changed";

/// Appends the fact. The wallet must be in hand.
pub fn enqueue(
    tx: &mut Tx<'_>,
    ids: &IdSource,
    book: &Book,
    user: UserId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let balance = book.account(user.0).map_or(0, |wallet| wallet.balances.available());
    let payload = json!({ "user": user.0, "balance": balance });
    outbox::append(tx, &[pot_event::fact(ids.next(now), BALANCE_CHANGED, user.0, &payload, now)])
}
