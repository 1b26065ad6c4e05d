//! Play money for demo and load runs: once a day and player, from cash, as a deposit like any other.

use super::balance_event::{balance, enqueue_balance};
use crate::app::App;
use crate::domain::money::{CASH, cash, locator_kind, player_account};
use kernel::{IdSource, Refusal, Timestamp, UserId};
use ledger::Book;
use ledger::rules::cash::deposit;
use std::sync::Arc;
use store::{StoreError, Tx, locator};

/// Cents a day.
pub const FAUCET: i64 = 100_000;
const DAY_S: i64 = 86_400;

/// What came of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Poured {
    /// Cents afterwards.
    pub balance: i64,
    /// Whether anything was paid in: not when it was done today already.
    pub is_paid: bool,
    /// When there is more: the beginning of the next day, UTC.
    pub next_at: Timestamp,
}

/// Pays in, unless this was done today already.
pub async fn run(app: &App, user: UserId) -> Result<Poured, Refusal> {
    let now = app.clock.now();
    let ids = Arc::clone(&app.ids);
    Ok(app.store.write(move |tx| pay(tx, user, &ids, now)).await?)
}

fn pay(tx: &mut Tx<'_>, user: UserId, ids: &IdSource, now: Timestamp) -> Result<Poured, StoreError> {
    let day = now.as_secs().div_euclid(DAY_S);
    let mut book = Book::load(tx, &[CASH, user.0])?;
    let is_paid = locator::find(tx, user.0, locator_kind::FAUCET, day)?.is_none();
    if is_paid {
        // Numbered under the account's lock: a player's entries are read in the order of their numbers.
        let transfer = ids.next(now);
        deposit(book.rules(), &cash(), player_account(user), (transfer, FAUCET), now)?;
        book.save(tx)?;
        locator::insert(tx, user.0, locator_kind::FAUCET, day, transfer)?;
        enqueue_balance(tx, ids, &book, user, now)?;
    }
    let next_at = Timestamp::from_secs((day + 1) * DAY_S);
    Ok(Poured { balance: balance(&book, user), is_paid, next_at })
}
