//! An operator's decisions on a request for money: each moves the hold once, and repeating one changes nothing.

use super::audit_record::{Act, Acting, append};
use super::withdrawal_refund::{self, Refunding};
use super::{balance_event, wallet_entry};
use crate::app::App;
use crate::domain::ids::WithdrawalId;
use crate::domain::money::{PAYOUT, transfer_code};
use crate::domain::withdrawal::{Decision, Rail, Withdrawal, WithdrawalRefusal, WithdrawalStatus, decide};
use crate::refusals;
use crate::store::{bot_calls, withdrawals};
use kernel::{IdSource, Refusal, Timestamp};
use ledger::{Book, Hold, Transfer};
use serde_json::json;
use std::sync::Arc;
use store::{StoreError, Tx};

/// What an operator decides.
#[derive(Debug, Clone)]
pub struct DecisionRequest {
    /// On which request.
    pub id: WithdrawalId,
    /// What.
    pub decision: Decision,
    /// On which way it leaves, for an approval.
    pub rail: Rail,
    /// Why, or what the payer calls it.
    pub text: Option<String>,
}

/// What a decision works with.
struct Deciding<'d> {
    ids: &'d IdSource,
    acting: &'d Acting,
    now: Timestamp,
}

/// The decided request. Errors: 404; 409, it was decided otherwise, or no purchases match.
pub async fn run(app: &App, acting: Acting, request: DecisionRequest) -> Result<Withdrawal, Refusal> {
    let (now, ids) = (app.clock.now(), Arc::clone(&app.ids));
    app.store
        .write(move |tx| {
            let deciding = Deciding { ids: &ids, acting: &acting, now };
            decide_one(tx, &deciding, &request)
        })
        .await
}

fn decide_one(
    tx: &mut Tx<'_>,
    with: &Deciding<'_>,
    request: &DecisionRequest,
) -> Result<Withdrawal, Refusal> {
    let found = withdrawals::lock(tx, request.id)?;
    let mut row = found.ok_or_else(|| Refusal::not_found("withdrawal"))?;
    let next = decide(row.status, request.decision).map_err(refusals::of_withdrawal)?;
    let Some(next) = next else { return Ok(row) };
    let is_refunded = row.rail == Some(Rail::StarsRefund);
    if is_refunded && row.status == WithdrawalStatus::Processing {
        return Err(refusals::of_withdrawal(WithdrawalRefusal::CompletesItself));
    }
    let before = json!({ "status": row.status.as_str() });
    row.status = next;
    row.updated_at = with.now;
    row.decided_by = Some(with.acting.actor.clone());
    let transfer = match request.decision {
        Decision::Approve => approve(tx, with, &mut row, request.rail)?,
        Decision::Reject => {
            row.reason = request.text.clone();
            Some(release(tx, with, &row)?)
        }
        Decision::Complete => {
            row.external_ref = request.text.clone();
            Some(pay_out(tx, with, &row)?)
        }
    };
    withdrawals::save(tx, &row, transfer)?;
    let act = Act {
        action: action(request.decision),
        target: format!("withdrawal:{}", row.id.0),
        before: Some(before),
        after: Some(json!({ "status": row.status.as_str(), "amount": row.amount, "text": request.text })),
    };
    append(tx, with.acting, act, with.now)?;
    Ok(row)
}

const fn action(decision: Decision) -> &'static str {
    match decision {
        Decision::Approve => "withdrawal.approve",
        Decision::Reject => "withdrawal.reject",
        Decision::Complete => "withdrawal.complete",
    }
}

/// By hand: nothing moves until it has left. By refunds: the user's purchases go back now, and Telegram is told.
fn approve(
    tx: &mut Tx<'_>,
    with: &Deciding<'_>,
    row: &mut Withdrawal,
    rail: Rail,
) -> Result<Option<i64>, Refusal> {
    row.rail = Some(rail);
    match rail {
        Rail::Manual => Ok(None),
        Rail::StarsRefund => {
            let refunding = Refunding { ids: with.ids, now: with.now };
            withdrawal_refund::run(tx, &refunding, row).map(Some)
        }
    }
}

/// The pending transfer of a request.
pub(super) fn hold_of(book: &Book, row: &Withdrawal) -> Result<Hold, StoreError> {
    let not_held = || StoreError::Corrupt(format!("the money of withdrawal {} is not held", row.id.0));
    book.hold(row.id.0).ok_or_else(not_held)
}

fn release(tx: &mut Tx<'_>, with: &Deciding<'_>, row: &Withdrawal) -> Result<i64, StoreError> {
    let mut book = Book::load(tx, &[PAYOUT, row.user.0])?;
    book.load_holds(tx, &[row.id.0])?;
    let id = with.ids.next(with.now);
    let back = Transfer::void(id, &hold_of(&book, row)?, transfer_code::WITHDRAW_RELEASE);
    transfer(&mut book, &back, with.now)?;
    wallet_entry::append(tx, row.user, id)?;
    balance_event::enqueue(tx, with.ids, &book, row.user, with.now)?;
    book.save(tx)?;
    Ok(id)
}

fn pay_out(tx: &mut Tx<'_>, with: &Deciding<'_>, row: &Withdrawal) -> Result<i64, StoreError> {
    let mut book = Book::load(tx, &[PAYOUT, row.user.0])?;
    book.load_holds(tx, &[row.id.0])?;
    let id = with.ids.next(with.now);
    let out = Transfer::post(id, &hold_of(&book, row)?, transfer_code::WITHDRAW);
    transfer(&mut book, &out, with.now)?;
    book.save(tx)?;
    Ok(id)
}

pub(super) fn transfer(book: &mut Book, wanted: &Transfer, now: Timestamp) -> Result<(), StoreError> {
    let done = book.transfer(wanted, now);
    done.map(drop).map_err(|refusal| StoreError::Corrupt(format!("transfer {}: {refusal}", wanted.id)))
}

/// A refund of a request was made: the request is done when its last one is.
pub async fn finish_refunded(app: &App, id: i64) -> Result<(), StoreError> {
    let now = app.clock.now();
    app.store
        .write(move |tx| {
            let Some(mut row) = withdrawals::lock(tx, WithdrawalId(id))? else { return Ok(()) };
            let is_open = row.status == WithdrawalStatus::Processing;
            if is_open && bot_calls::open_of_withdrawal(tx, id)? == 0 {
                row.status = WithdrawalStatus::Done;
                row.updated_at = now;
                withdrawals::save(tx, &row, None)?;
            }
            Ok(())
        })
        .await
}
