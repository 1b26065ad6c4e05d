//! Correcting a balance by hand: two superadmins say the same, and the promotions' account is the other side. What a wallet does not
//! have becomes debt.

use super::audit_record::{Act, Acting, append};
use super::two_persons::{Consent, consent};
use super::{balance_event, wallet_entry};
use crate::app::App;
use crate::domain::credit::{self, Movement};
use crate::domain::money::{PROMO, debt_of, transfer_code};
use crate::refusals;
use crate::store::approvals::Approval;
use crate::store::users;
use kernel::{IdSource, Refusal, Timestamp, UserId};
use ledger::Book;
use serde_json::json;
use std::sync::Arc;
use store::{StoreError, Tx};

/// How the act is called.
const ACTION: &str = "ledger.adjust";
/// The most that is moved at once.
const AMOUNT_MAX: i64 = 1_000_000_000;

/// What is to be moved.
#[derive(Debug, Clone)]
pub struct Adjustment {
    /// Whose balance.
    pub user: UserId,
    /// Units; below zero: taken.
    pub amount: i64,
    /// Why, for the record.
    pub reason: String,
    /// Who says so.
    pub by: UserId,
}

/// Whether it was moved, or waits for the second person. Errors: 400, 404.
pub async fn run(app: &App, acting: Acting, adjustment: Adjustment) -> Result<Consent, Refusal> {
    if adjustment.amount == 0 || adjustment.amount.unsigned_abs() > AMOUNT_MAX.unsigned_abs() {
        return Err(refusals::adjustment_is_too_large());
    }
    let (ids, now) = (Arc::clone(&app.ids), app.clock.now());
    app.store.write(move |tx| adjust(tx, &ids, &acting, &adjustment, now)).await
}

fn adjust(
    tx: &mut Tx<'_>,
    ids: &IdSource,
    acting: &Acting,
    adjustment: &Adjustment,
    now: Timestamp,
) -> Result<Consent, Refusal> {
    let Adjustment { user, amount, reason, by } = adjustment;
    users::by_id(tx, *user)?.ok_or_else(|| Refusal::not_found("user"))?;
    let target = format!("user:{}", user.0);
    let request = json!({ "amount": amount, "reason": reason }).to_string();
    let said = consent(tx, (ACTION, &target), &Approval { request, first: *by }, now)?;
    let approved = said != Consent::AwaitsApproval;
    let after = Some(json!({ "amount": amount, "reason": reason, "approved": approved }));
    append(tx, acting, Act { action: ACTION, target, before: None, after }, now)?;
    if approved {
        move_credit(tx, ids, (*user, *amount), now)?;
    }
    Ok(said)
}

fn move_credit(
    tx: &mut Tx<'_>,
    ids: &IdSource,
    (user, amount): (UserId, i64),
    now: Timestamp,
) -> Result<(), StoreError> {
    let (id, other) = (ids.next(now), ids.next(now));
    let mut book = Book::load(tx, &[PROMO, user.0, debt_of(user)])?;
    let movement = Movement { user, other: PROMO, amount: amount.abs(), code: transfer_code::CORRECTION };
    if amount > 0 {
        credit::credit(book.rules(), movement, id, &mut || other, now)?;
    } else {
        credit::reverse(book.rules(), movement, id, &mut || other, now)?;
    }
    wallet_entry::append_made(tx, &book, user, &[id, other])?;
    balance_event::enqueue(tx, ids, &book, user, now)?;
    book.save(tx)
}
