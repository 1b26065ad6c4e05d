//! Asking for money to be sent to the player's wallet: it is held at once, and cannot be staked any more.

use super::balance_event::enqueue_balance;
use crate::app::App;
use crate::domain::ids::WithdrawalId;
use crate::domain::money::{CASH, cash};
use crate::domain::withdrawal::{PaymentRefusal, Withdrawal, WithdrawalState, check_request};
use crate::refusals;
use crate::store::withdrawals::{from_row, to_row};
use identity::proofs::wallet::WalletSession;
use kernel::{IdSource, Refusal, Timestamp, UserId, WalletAddress};
use ledger::Book;
use ledger::cash::withdrawals;
use std::sync::Arc;
use store::Tx;
use store::keyed::Known;

/// What is requested.
struct Request {
    user: UserId,
    key: String,
    amount: i64,
    address: WalletAddress,
}

/// The withdrawal, and whether this call made it: the same key again finds the same one.
pub async fn run(
    app: &App,
    session: &WalletSession,
    key: String,
    (amount, address): (i64, WalletAddress),
) -> Result<(Withdrawal, bool), Refusal> {
    check_request(amount, address, session.wallet).map_err(refusals::of_payment)?;
    let (now, ids) = (app.clock.now(), Arc::clone(&app.ids));
    let request = Request { user: session.user, key, amount, address };
    app.store.write(move |tx| find_or_hold(tx, &ids, &request, now)).await
}

fn find_or_hold(
    tx: &mut Tx<'_>,
    ids: &IdSource,
    request: &Request,
    now: Timestamp,
) -> Result<(Withdrawal, bool), Refusal> {
    // The player's account is locked first: two requests of one key come one after the other.
    let mut book = Book::load(tx, &[CASH, request.user.0])?;
    let withdrawal = Withdrawal {
        id: WithdrawalId(ids.next(now)),
        user: request.user,
        amount: request.amount,
        address: request.address,
        state: WithdrawalState::Pending,
        requested_at: now,
        decision: None,
    };
    let row = to_row(&withdrawal);
    match withdrawals::known(tx, &row, &request.key)? {
        Known::New => {}
        Known::Same(known) => return Ok((from_row(known)?, false)),
        Known::Changed => return Err(refusals::of_payment(PaymentRefusal::KeyWasUsed)),
    }
    let held = withdrawals::request(tx, &mut book, &cash(), &row, &request.key)?;
    held.map_err(|refused| PaymentRefusal::InsufficientFunds { balance: refused.available })
        .map_err(refusals::of_payment)?;
    enqueue_balance(tx, ids, &book, request.user, now)?;
    Ok((withdrawal, true))
}
