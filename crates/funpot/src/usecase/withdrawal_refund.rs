//! Paying a request by refunding the user's own purchases: Telegram can send Stars back, never out.

use super::withdrawal_decide::{hold_of, transfer};
use super::{balance_event, wallet_entry};
use crate::domain::money::{PAYOUT, STARS, transfer_code};
use crate::domain::payment::{Charge, PaymentStatus};
use crate::domain::withdrawal::{CHARGES_MAX, Withdrawal, WithdrawalRefusal, matching};
use crate::refusals;
use crate::store::{bot_calls, charges, payments};
use kernel::{IdSource, Refusal, Timestamp};
use ledger::{Book, Transfer};
use serde_json::json;
use store::{StoreError, Tx};

/// What it draws from.
pub(super) struct Refunding<'r> {
    pub(super) ids: &'r IdSource,
    pub(super) now: Timestamp,
}

/// The hold ends, and the purchases that are worth exactly as much go back to Telegram; the last transfer. Errors: 409, no purchases
/// match.
pub(super) fn run(tx: &mut Tx<'_>, with: &Refunding<'_>, row: &Withdrawal) -> Result<i64, Refusal> {
    let limit = i64::try_from(CHARGES_MAX).unwrap_or(i64::MAX);
    let found = charges::lock_unrefunded(tx, row.user, limit)?;
    let chosen = matching(&found, row.amount);
    let chosen = chosen.ok_or_else(|| refusals::of_withdrawal(WithdrawalRefusal::NoChargesMatch))?;
    let mut book = Book::load(tx, &[PAYOUT, STARS, row.user.0])?;
    book.load_holds(tx, &[row.id.0])?;
    let back = with.ids.next(with.now);
    let hold = hold_of(&book, row)?;
    transfer(&mut book, &Transfer::void(back, &hold, transfer_code::WITHDRAW_RELEASE), with.now)?;
    wallet_entry::append(tx, row.user, back)?;
    let mut last = back;
    for charge in &chosen {
        last = refund(tx, with, &mut book, (row, charge))?;
    }
    balance_event::enqueue(tx, with.ids, &book, row.user, with.now)?;
    book.save(tx)?;
    Ok(last)
}

/// The charge counts as refunded from now on: when Telegram reports it, it is done.
fn refund(
    tx: &mut Tx<'_>,
    with: &Refunding<'_>,
    book: &mut Book,
    (row, charge): (&Withdrawal, &Charge),
) -> Result<i64, StoreError> {
    let id = with.ids.next(with.now);
    let wanted = Transfer::single(id, row.user.0, STARS, charge.amount, transfer_code::STARS_REFUND);
    transfer(book, &wanted, with.now)?;
    wallet_entry::append(tx, row.user, id)?;
    charges::mark_refunded(tx, &charge.id, with.now)?;
    if let Some(payment) = charge.payment {
        payments::set_status(tx, payment, PaymentStatus::Refunded, with.now)?;
    }
    let body = json!({ "user_id": charge.tg_user_id, "telegram_payment_charge_id": charge.id }).to_string();
    let call = with.ids.next(with.now);
    bot_calls::enqueue(tx, call, ("refundStarPayment", &body), Some(row.id.0), with.now)?;
    Ok(id)
}
