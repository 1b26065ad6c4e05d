//! Crediting what Telegram charged: once for each charge, with the inviter's bonus, all in one transaction. What nobody here asked
//! for is recorded and goes back by itself.

use super::{balance_event, wallet_entry};
use crate::domain::credit::{self, Movement};
use crate::domain::ids::PaymentId;
use crate::domain::live_config::{LiveConfig, NumberKey};
use crate::domain::money::{PROMO, STARS, debt_of, transfer_code};
use crate::domain::payment::{Charge, Payment, PaymentStatus, is_as_agreed};
use crate::domain::referral::{BonusTerms, Referral, bonus};
use crate::domain::telegram_update::PaidUpdate;
use crate::domain::user::User;
use crate::store::referrals::{self, Payout};
use crate::store::{bot_calls, charges, payments, users};
use kernel::{IdSource, PublicIds, Timestamp};
use ledger::Book;
use serde_json::json;
use store::{StoreError, Tx};

/// What crediting draws from.
pub struct Crediting<'c> {
    /// New numbers.
    pub ids: &'c IdSource,
    /// Numbers outside.
    pub public: &'c PublicIds,
    /// Terms of bonuses.
    pub config: &'c LiveConfig,
    /// The present.
    pub now: Timestamp,
}

/// What became of a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credited {
    /// The wallet has it.
    Now,
    /// It had it before.
    Before,
    /// It was not ours to take: it goes back.
    GoesBack,
}

/// Credits a charge, once.
pub fn run(tx: &mut Tx<'_>, with: &Crediting<'_>, paid: &PaidUpdate) -> Result<Credited, StoreError> {
    // The invoice's row is locked first: two charges of one invoice come one after the other.
    let payment = payments::lock_by_payload(tx, &paid.purchase.payload)?;
    if charges::is_known(tx, &paid.charge)? {
        return Ok(Credited::Before);
    }
    let owner = payment.as_ref().map(|payment| users::by_id(tx, payment.user)).transpose()?.flatten();
    match (payment, owner) {
        (Some(payment), Some(owner))
            if owner.tg_user_id == paid.purchase.tg_user_id && is_as_agreed(&payment, &paid.purchase) =>
        {
            credit(tx, with, paid, (payment, owner))
        }
        _ => send_back(tx, with, paid),
    }
}

fn paid_at(paid: &PaidUpdate, with: &Crediting<'_>) -> Timestamp {
    Timestamp::from_secs(paid.date).min(with.now)
}

fn credit(
    tx: &mut Tx<'_>,
    with: &Crediting<'_>,
    paid: &PaidUpdate,
    (payment, owner): (Payment, User),
) -> Result<Credited, StoreError> {
    let (transfer, repaid) = (with.ids.next(with.now), with.ids.next(with.now));
    let payment_id = settle_invoice(tx, with, paid, &payment)?;
    let charge = Charge {
        id: paid.charge.clone(),
        payment: Some(payment_id),
        user: Some(owner.id),
        tg_user_id: owner.tg_user_id,
        stars: payment.stars,
        amount: payment.amount,
        transfer: Some(transfer),
        paid_at: paid_at(paid, with),
        refunded_at: None,
    };
    if !charges::insert(tx, &charge)? {
        return Ok(Credited::Before);
    }
    let referral = referrals::by_user(tx, owner.id)?;
    let inviter = referral.as_ref().and_then(|referral| referral.inviter);
    let mut accounts = vec![STARS, PROMO, owner.id.0, debt_of(owner.id)];
    accounts.extend(inviter.into_iter().flat_map(|inviter| [inviter.0, debt_of(inviter)]));
    let mut book = Book::load(tx, &accounts)?;
    let movement =
        Movement { user: owner.id, other: STARS, amount: payment.amount, code: transfer_code::STARS_TOPUP };
    credit::credit(book.rules(), movement, transfer, &mut || repaid, with.now)?;
    wallet_entry::append_made(tx, &book, owner.id, &[transfer, repaid])?;
    if let Some(referral) = referral {
        pay_bonus(tx, with, &mut book, (&referral, &charge))?;
    }
    balance_event::enqueue(tx, with.ids, &book, owner.id, with.now)?;
    book.save(tx)?;
    Ok(Credited::Now)
}

/// The invoice is paid. One that was paid before was paid twice by somebody: that is another purchase, with a row of its own.
fn settle_invoice(
    tx: &mut Tx<'_>,
    with: &Crediting<'_>,
    paid: &PaidUpdate,
    payment: &Payment,
) -> Result<PaymentId, StoreError> {
    if matches!(payment.status, PaymentStatus::Pending | PaymentStatus::Expired | PaymentStatus::Failed) {
        payments::set_status(tx, payment.id, PaymentStatus::Paid, with.now)?;
        return Ok(payment.id);
    }
    let id = PaymentId(with.ids.next(with.now));
    let payload = format!("charge:{}", paid.charge);
    let again = Payment { id, status: PaymentStatus::Paid, payload, created_at: with.now, ..payment.clone() };
    payments::insert(tx, &again, &with.public.encode(id))?;
    let text = format!(
        "You paid the same invoice a second time. We credited {} once more. If you did not mean to, write /paysupport.",
        payment.amount
    );
    let body = json!({ "chat_id": paid.purchase.tg_user_id, "text": text }).to_string();
    bot_calls::enqueue(tx, with.ids.next(with.now), ("sendMessage", &body), None, with.now)?;
    Ok(id)
}

fn pay_bonus(
    tx: &mut Tx<'_>,
    with: &Crediting<'_>,
    book: &mut Book,
    (referral, charge): (&Referral, &Charge),
) -> Result<(), StoreError> {
    let Some(inviter) = referral.inviter else { return Ok(()) };
    let terms = BonusTerms {
        days: with.config.number(NumberKey::ReferralDays),
        cap: with.config.number(NumberKey::ReferralCap),
        earned: referrals::earned_by(tx, referral.user)?,
    };
    let amount = bonus(referral, charge.amount, &terms, with.now);
    if amount == 0 {
        return Ok(());
    }
    let (id, repaid) = (with.ids.next(with.now), with.ids.next(with.now));
    let movement = Movement { user: inviter, other: PROMO, amount, code: transfer_code::REFERRAL_BONUS };
    credit::credit(book.rules(), movement, id, &mut || repaid, with.now)?;
    wallet_entry::append_made(tx, book, inviter, &[id, repaid])?;
    let payout = Payout {
        id,
        inviter,
        invitee: referral.user,
        charge: charge.id.clone(),
        amount,
        reversed_at: None,
        created_at: with.now,
    };
    referrals::insert_payout(tx, &payout)?;
    balance_event::enqueue(tx, with.ids, book, inviter, with.now)
}

/// Nobody here asked for these Stars: the charge is on record, worth nothing, and its refund is due.
fn send_back(tx: &mut Tx<'_>, with: &Crediting<'_>, paid: &PaidUpdate) -> Result<Credited, StoreError> {
    let charge = Charge {
        id: paid.charge.clone(),
        payment: None,
        user: None,
        tg_user_id: paid.purchase.tg_user_id,
        stars: paid.purchase.stars,
        amount: 0,
        transfer: None,
        paid_at: paid_at(paid, with),
        refunded_at: None,
    };
    if !charges::insert(tx, &charge)? {
        return Ok(Credited::Before);
    }
    tracing::error!(charge = %charge.id, stars = charge.stars, "Telegram charged for what nobody asked for; it goes back");
    let body = json!({ "user_id": charge.tg_user_id, "telegram_payment_charge_id": charge.id }).to_string();
    bot_calls::enqueue(tx, with.ids.next(with.now), ("refundStarPayment", &body), None, with.now)?;
    Ok(Credited::GoesBack)
}
