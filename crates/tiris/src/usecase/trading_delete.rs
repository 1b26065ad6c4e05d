//! Deletes a trading. A simulated one goes with everything that hangs on it, in one transaction; a real one is marked, and its
//! history stays.

use crate::app::App;
use crate::domain::ids::TradingId;
use crate::domain::money::locator_kind::{LOGS_REMOVED, TRANSACTIONS_REMOVED};
use crate::domain::money::transfer_code;
use crate::domain::sub_account::Holdings;
use crate::domain::trading::Trading;
use crate::refusals;
use crate::store::sub_accounts::Held;
use crate::store::{counts, sub_accounts, tradings, users};
use kernel::{IdSource, Refusal, Timestamp, UserId};
use ledger::{Book, Transfer};
use std::sync::Arc;
use store::{StoreError, Tx};

/// Deletes it; `force_soft` also a real one that holds something. Errors: 404, 409 `TRADING_HAS_SUBACCOUNTS`.
pub async fn run(app: &App, user: UserId, id: TradingId, force_soft: bool) -> Result<(), Refusal> {
    let now = app.clock.now();
    let ids = Arc::clone(&app.ids);
    let work = move |tx: &mut Tx<'_>| {
        users::lock_one(tx, user)?;
        let found = tradings::find(tx, id)?.filter(|trading| trading.user == user);
        let trading = found.ok_or_else(refusals::trading_not_found)?;
        let accounts = sub_accounts::of_trading(tx, id)?;
        if trading.kind.is_simulated() {
            return Ok(erase(tx, &trading, &accounts, (&ids, now))?);
        }
        let holds = accounts.iter().any(|held| held.holdings != Holdings::default());
        if holds && !force_soft {
            return Err(refusals::trading_has_sub_accounts());
        }
        sub_accounts::delete_of_trading(tx, id, now)?;
        Ok(tradings::update(tx, &Trading { deleted_at: Some(now), updated_at: now, ..trading })?)
    };
    app.store.write(work).await
}

/// Empties a simulated trading's accounts into the outside and removes its rows. The ledger keeps what it wrote.
fn erase(
    tx: &mut Tx<'_>,
    trading: &Trading,
    accounts: &[Held],
    (ids, now): (&IdSource, Timestamp),
) -> Result<(), StoreError> {
    let of_ledger: Vec<i64> = accounts.iter().flat_map(|held| held.account.accounts()).collect();
    let mut book = Book::load(tx, &of_ledger)?;
    for held in accounts {
        let [free, locked, outside] = held.account.accounts();
        for (from, amount) in [(free, held.holdings.free), (locked, held.holdings.locked)] {
            if amount > 0 {
                let close = Transfer::single(ids.next(now), from, outside, amount, transfer_code::CLOSE);
                book.transfer(&close, now).map_err(|refusal| StoreError::Corrupt(refusal.to_string()))?;
            }
        }
    }
    book.save(tx)?;
    let gone = tradings::erase(tx, trading.user, trading.id)?;
    counts::add_removed(tx, trading.user, LOGS_REMOVED, gone.logs)?;
    counts::add_removed(tx, trading.user, TRANSACTIONS_REMOVED, gone.transactions)
}
