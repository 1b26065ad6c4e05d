//! An operator's decision on a withdrawal: the held money leaves, or is the player's again. Once; the same decision again
//! changes nothing.

use super::balance_event::enqueue_balance;
use crate::app::App;
use crate::domain::ids::WithdrawalId;
use crate::domain::money::{CASH, cash, locator_kind};
use crate::domain::withdrawal::{Decision, PaymentRefusal, Resolution, Withdrawal};
use crate::refusals;
use crate::store::withdrawals::from_row;
use kernel::{IdSource, Refusal, Timestamp, UserId};
use ledger::Book;
use ledger::cash::{may_decide, withdrawals};
use std::sync::Arc;
use store::{Tx, locator};

/// What an operator decides.
#[derive(Debug, Clone)]
pub struct DecisionRequest {
    /// On which withdrawal.
    pub id: WithdrawalId,
    /// What.
    pub resolution: Resolution,
    /// Who.
    pub operator: String,
    /// Why.
    pub reason: String,
}

/// The decided withdrawal. Errors: 404; 409, it was decided otherwise.
pub async fn run(app: &App, request: DecisionRequest) -> Result<Withdrawal, Refusal> {
    let (now, ids) = (app.clock.now(), Arc::clone(&app.ids));
    app.store.write(move |tx| decide(tx, &ids, &request, now)).await
}

fn decide(
    tx: &mut Tx<'_>,
    ids: &IdSource,
    request: &DecisionRequest,
    now: Timestamp,
) -> Result<Withdrawal, Refusal> {
    let found = withdrawals::lock(tx, request.id.0)?;
    let mut row = found.ok_or_else(|| Refusal::not_found("withdrawal"))?;
    let wanted = request.resolution;
    let is_open = may_decide(row.state, wanted).map_err(|before| PaymentRefusal::WasDecided(before.0));
    if !is_open.map_err(refusals::of_payment)? {
        return Ok(from_row(row)?);
    }
    let mut book = Book::load(tx, &[CASH, row.user])?;
    let (operator, reason) = (request.operator.clone(), request.reason.clone());
    let (id, decision) = (ids.next(now), Decision { at: now, operator, reason });
    withdrawals::decide(tx, &mut book, &cash(), &mut row, (id, wanted, decision))?;
    if wanted == Resolution::Approve {
        // So that the player's entries show it.
        locator::insert(tx, row.user, locator_kind::WITHDRAWAL, row.id, id)?;
    }
    enqueue_balance(tx, ids, &book, UserId(row.user), now)?;
    Ok(from_row(row)?)
}
