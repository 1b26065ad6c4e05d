//! Asking for money to be sent to the player's wallet: it is held at once, and cannot be staked any more.

use super::balance_tell::{balance, tell};
use crate::app::App;
use crate::domain::ids::WithdrawalId;
use crate::domain::money::{CASH, cash_account, player_account, transfer_code};
use crate::domain::withdrawal::{PaymentRefusal, Withdrawal, WithdrawalState, check_request};
use crate::refusals;
use crate::store::withdrawals;
use identity::proofs::wallet::WalletSession;
use kernel::{IdSource, Refusal, Timestamp, UserId, WalletAddress};
use ledger::rules::TransferRefusal;
use ledger::{Book, Transfer};
use std::sync::Arc;
use store::{StoreError, Tx};

/// A withdrawal waits for a person: its hold has no end of its own.
const NEVER: Timestamp = Timestamp::from_micros(i64::MAX);

/// What is asked for.
struct Asked {
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
    let asked = Asked { user: session.user, key, amount, address };
    app.store.write(move |tx| find_or_hold(tx, &ids, &asked, now)).await
}

fn find_or_hold(
    tx: &mut Tx<'_>,
    ids: &IdSource,
    asked: &Asked,
    now: Timestamp,
) -> Result<(Withdrawal, bool), Refusal> {
    // The player's account is locked first: two requests of one key come one after the other.
    let mut book = Book::load(tx, &[CASH, asked.user.0])?;
    if let Some(known) = withdrawals::by_key(tx, asked.user, &asked.key)? {
        let same = (known.amount, known.address) == (asked.amount, asked.address);
        return if same { Ok((known, false)) } else { Err(refusals::of_payment(PaymentRefusal::KeyWasUsed)) };
    }
    let withdrawal = Withdrawal {
        id: WithdrawalId(ids.next(now)),
        user: asked.user,
        amount: asked.amount,
        address: asked.address,
        state: WithdrawalState::Pending,
        requested_at: now,
        decision: None,
    };
    hold(&mut book, &withdrawal)?;
    book.save(tx)?;
    withdrawals::insert(tx, &withdrawal, &asked.key)?;
    tell(tx, ids, &book, asked.user, now)?;
    Ok((withdrawal, true))
}

/// Sets the money aside.
fn hold(book: &mut Book, withdrawal: &Withdrawal) -> Result<(), Refusal> {
    let Withdrawal { id, user, amount, requested_at, .. } = *withdrawal;
    book.open(cash_account());
    book.open(player_account(user));
    let way = (user.0, CASH);
    let transfer = Transfer::pending(id.0, way, amount, NEVER, transfer_code::WITHDRAWAL);
    match book.transfer(&transfer, requested_at) {
        Ok(_) => Ok(()),
        Err(TransferRefusal::DebitAccountWouldFallBelowItsFloor) => {
            Err(refusals::of_payment(PaymentRefusal::InsufficientFunds { balance: balance(book, user) }))
        }
        Err(other) => Err(StoreError::Corrupt(format!("withdrawal {} cannot be held: {other}", id.0)).into()),
    }
}
