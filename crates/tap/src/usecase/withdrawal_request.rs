//! Asking for money to be sent to the player's wallet: it is held at once, and cannot be staked any more.

use super::balance_tell::{balance, tell};
use crate::app::App;
use crate::domain::ids::WithdrawalId;
use crate::domain::money::{CASH, cash_account, player_account, transfer_code};
use crate::domain::withdrawal::{PaymentRefusal, Withdrawal, WithdrawalState, check_request};
use crate::refusals;
use crate::store::withdrawals;
use identity::wallet::{Address, WalletSession};
use kernel::{IdSource, Refusal, Timestamp};
use ledger::rules::TransferRefusal;
use ledger::{Book, Transfer};
use std::sync::Arc;
use store::{StoreError, Tx};

/// A withdrawal waits for a person: its hold has no end of its own.
const NEVER: Timestamp = Timestamp::from_micros(i64::MAX);

/// The withdrawal, and whether this call made it: the same key again finds the same one.
pub async fn run(
    app: &App,
    session: &WalletSession,
    key: String,
    (amount, address): (i64, Address),
) -> Result<(Withdrawal, bool), Refusal> {
    check_request(amount, address, session.wallet).map_err(refusals::of_payment)?;
    let (now, ids) = (app.clock.now(), Arc::clone(&app.ids));
    let mut asked = Withdrawal {
        id: WithdrawalId(0),
        user: session.user,
        amount,
        address,
        state: WithdrawalState::Pending,
        requested_at: now,
        decision: None,
    };
    app.store.write(move |tx| hold(tx, &ids, &mut asked, &key, now)).await
}

fn hold(
    tx: &mut Tx<'_>,
    ids: &IdSource,
    asked: &mut Withdrawal,
    key: &str,
    now: Timestamp,
) -> Result<(Withdrawal, bool), Refusal> {
    // The player's account is locked first: two requests of one key come one after the other.
    let mut book = Book::load(tx, &[CASH, asked.user.0])?;
    if let Some(known) = withdrawals::by_key(tx, asked.user, key)? {
        let same = (known.amount, known.address) == (asked.amount, asked.address);
        return if same { Ok((known, false)) } else { Err(refusals::of_payment(PaymentRefusal::KeyWasUsed)) };
    }
    book.open(cash_account());
    book.open(player_account(asked.user));
    asked.id = WithdrawalId(ids.next(now));
    let (way, code) = ((asked.user.0, CASH), transfer_code::WITHDRAWAL);
    let held = book.transfer(&Transfer::pending(asked.id.0, way, asked.amount, NEVER, code), now);
    held.map_err(|refusal| match refusal {
        TransferRefusal::DebitAccountWouldFallBelowItsFloor => {
            refusals::of_payment(PaymentRefusal::InsufficientFunds { balance: balance(&book, asked.user) })
        }
        other => StoreError::Corrupt(format!("withdrawal {} cannot be held: {other}", asked.id.0)).into(),
    })?;
    book.save(tx)?;
    withdrawals::insert(tx, asked, key)?;
    tell(tx, ids, &book, asked.user, now)?;
    Ok((asked.clone(), true))
}
