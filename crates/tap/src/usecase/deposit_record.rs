//! A payment that arrived for a player, recorded by an operator: from cash to the player, once for its key.

use super::balance_tell::tell;
use crate::app::App;
use crate::domain::money::{CASH, cash_account, locator_kind, player_account, transfer_code};
use crate::domain::withdrawal::{PaymentRefusal, check_amount};
use crate::refusals;
use crate::store::deposits;
pub use crate::store::deposits::DepositRow;
use identity::proofs::wallet::users;
use kernel::{IdSource, Refusal, Timestamp, WalletAddress};
use ledger::{Book, Transfer};
use std::sync::Arc;
use store::{StoreError, Tx, locator};

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
pub async fn run(app: &App, arrived: Arrived) -> Result<(DepositRow, bool), Refusal> {
    check_amount(arrived.amount).map_err(refusals::of_payment)?;
    let (now, ids) = (app.clock.now(), Arc::clone(&app.ids));
    app.store.write(move |tx| record(tx, &ids, &arrived, now)).await
}

fn record(
    tx: &mut Tx<'_>,
    ids: &IdSource,
    arrived: &Arrived,
    now: Timestamp,
) -> Result<(DepositRow, bool), Refusal> {
    let player = users::find_by_wallet(tx, arrived.wallet)?.ok_or_else(|| Refusal::not_found("player"))?;
    // Everybody's deposits lock cash: two of one key come one after the other.
    let mut book = Book::load(tx, &[CASH, player.id.0])?;
    if let Some(known) = deposits::by_key(tx, &arrived.key)? {
        let told = (known.user, known.amount, known.reference.as_str());
        let same = told == (player.id, arrived.amount, arrived.reference.as_str());
        return if same { Ok((known, false)) } else { Err(refusals::of_payment(PaymentRefusal::KeyWasUsed)) };
    }
    let row = DepositRow {
        id: ids.next(now),
        user: player.id,
        key: arrived.key.clone(),
        amount: arrived.amount,
        reference: arrived.reference.clone(),
        operator: arrived.operator.clone(),
        at: now,
    };
    book.open(cash_account());
    book.open(player_account(player.id));
    let transfer = Transfer::single(row.id, CASH, player.id.0, row.amount, transfer_code::DEPOSIT);
    book.transfer(&transfer, now).map_err(|refusal| StoreError::Corrupt(refusal.to_string()))?;
    book.save(tx)?;
    deposits::insert(tx, &row)?;
    locator::insert(tx, player.id.0, locator_kind::DEPOSIT, row.id, row.id)?;
    tell(tx, ids, &book, player.id, now)?;
    Ok((row, true))
}
