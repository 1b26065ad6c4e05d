//! An operator's decision on a withdrawal: the held money leaves, or is the player's again. Once; the same decision again
//! changes nothing.

use super::balance_tell::tell;
use crate::app::App;
use crate::domain::ids::WithdrawalId;
use crate::domain::money::{CASH, locator_kind, transfer_code};
use crate::domain::withdrawal::{Decision, Withdrawal, WithdrawalState, check_decision};
use crate::refusals;
use crate::store::withdrawals;
use kernel::{IdSource, Refusal, Timestamp};
use ledger::{Book, Transfer};
use std::sync::Arc;
use store::{StoreError, Tx, locator};

/// What an operator wants.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Which.
    pub id: WithdrawalId,
    /// Approved or rejected.
    pub state: WithdrawalState,
    /// Who.
    pub operator: String,
    /// Why.
    pub reason: String,
}

/// The decided withdrawal. Errors: 404; 409, it was decided otherwise.
pub async fn run(app: &App, wish: Wish) -> Result<Withdrawal, Refusal> {
    let (now, ids) = (app.clock.now(), Arc::clone(&app.ids));
    app.store.write(move |tx| decide(tx, &ids, &wish, now)).await
}

fn decide(tx: &mut Tx<'_>, ids: &IdSource, wish: &Wish, now: Timestamp) -> Result<Withdrawal, Refusal> {
    let found = withdrawals::lock(tx, wish.id)?;
    let mut withdrawal = found.ok_or_else(|| Refusal::not_found("withdrawal"))?;
    if !check_decision(withdrawal.state, wish.state).map_err(refusals::of_payment)? {
        return Ok(withdrawal);
    }
    let mut book = Book::load(tx, &[CASH, withdrawal.user.0])?;
    let transfer = move_money(tx, &mut book, ids, (&withdrawal, wish.state), now)?;
    let decision = Decision { at: now, operator: wish.operator.clone(), reason: wish.reason.clone() };
    withdrawals::decide(tx, withdrawal.id, wish.state, transfer, &decision)?;
    if wish.state == WithdrawalState::Approved {
        // So that the player's entries show it.
        locator::insert(tx, withdrawal.user.0, locator_kind::WITHDRAWAL, withdrawal.id.0, transfer)?;
    }
    tell(tx, ids, &book, withdrawal.user, now)?;
    withdrawal.state = wish.state;
    withdrawal.decision = Some(decision);
    Ok(withdrawal)
}

/// Posts or voids what is held; the transfer's number.
fn move_money(
    tx: &mut Tx<'_>,
    book: &mut Book,
    ids: &IdSource,
    (withdrawal, wanted): (&Withdrawal, WithdrawalState),
    now: Timestamp,
) -> Result<i64, StoreError> {
    book.load_holds(tx, &[withdrawal.id.0])?;
    let corrupt = |why: &str| StoreError::Corrupt(format!("withdrawal {}: {why}", withdrawal.id.0));
    let hold = book.hold(withdrawal.id.0).ok_or_else(|| corrupt("its money is not held"))?;
    let id = ids.next(now);
    let transfer = if wanted == WithdrawalState::Approved {
        Transfer::post(id, &hold, transfer_code::WITHDRAWAL)
    } else {
        Transfer::void(id, &hold, transfer_code::WITHDRAWAL)
    };
    book.transfer(&transfer, now).map_err(|refusal| corrupt(&refusal.to_string()))?;
    book.save(tx)?;
    Ok(id)
}
