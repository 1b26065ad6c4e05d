//! A payment that arrived for a player, recorded by an operator: from cash to the player, once for its key.

use super::balance_event::enqueue_balance;
use crate::app::App;
use crate::domain::money::{CASH, cash, locator_kind, player_account};
use crate::domain::withdrawal::{PaymentRefusal, check_amount};
use crate::refusals;
use identity::proofs::wallet::users;
use kernel::{IdSource, Refusal, Timestamp, WalletAddress};
use ledger::Book;
use ledger::cash::{Deposit, deposits};
use std::sync::Arc;
use store::keyed::Known;
use store::{Tx, locator};

/// What arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// The operator's key for this payment.
    pub key: String,
    /// For whom: a wallet that has signed in before.
    pub wallet: WalletAddress,
    /// Cents.
    pub amount: i64,
    /// What it is called where it came from.
    pub reference: String,
    /// Who records it.
    pub operator: String,
}

/// The deposit, and whether this call made it. Errors: 400, 404 (nobody signed in with that wallet), 422 (the key stands for
/// another payment).
pub async fn run(app: &App, arrived: Arrived) -> Result<(Deposit, bool), Refusal> {
    check_amount(arrived.amount).map_err(refusals::of_payment)?;
    let (now, ids) = (app.clock.now(), Arc::clone(&app.ids));
    app.store.write(move |tx| record(tx, &ids, &arrived, now)).await
}

fn record(
    tx: &mut Tx<'_>,
    ids: &IdSource,
    arrived: &Arrived,
    now: Timestamp,
) -> Result<(Deposit, bool), Refusal> {
    let player = users::find_by_wallet(tx, arrived.wallet)?.ok_or_else(|| Refusal::not_found("player"))?;
    // Everybody's deposits lock cash: two of one key come one after the other.
    let mut book = Book::load(tx, &[CASH, player.id.0])?;
    let row = Deposit {
        id: ids.next(now),
        user: player.id.0,
        key: arrived.key.clone(),
        amount: arrived.amount,
        reference: arrived.reference.clone(),
        operator: arrived.operator.clone(),
        at: now,
    };
    match deposits::known(tx, &row)? {
        Known::New => {}
        Known::Same(known) => return Ok((known, false)),
        Known::Changed => return Err(refusals::of_payment(PaymentRefusal::KeyWasUsed)),
    }
    deposits::record(tx, &mut book, &cash(), player_account(player.id), &row)?;
    locator::insert(tx, player.id.0, locator_kind::DEPOSIT, row.id, row.id)?;
    enqueue_balance(tx, ids, &book, player.id, now)?;
    Ok((row, true))
}
