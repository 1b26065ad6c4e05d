//! Taking back what a charge credited, once: what the wallet has, the rest as debt, and the inviter's bonus with it.

use super::{balance_event, wallet_entry};
use crate::domain::credit::{self, Movement};
use crate::domain::money::{PROMO, STARS, debt_of, transfer_code};
use crate::domain::payment::{Charge, PaymentStatus};
use crate::store::{charges, payments, referrals};
use kernel::{IdSource, Timestamp, UserId};
use ledger::Book;
use store::{StoreError, Tx};

/// What became of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reversed {
    /// It was taken back now.
    Now,
    /// It was before.
    Before,
    /// There is no such charge.
    Unknown,
}

/// Takes a charge back, once.
pub fn run(tx: &mut Tx<'_>, ids: &IdSource, charge: &str, now: Timestamp) -> Result<Reversed, StoreError> {
    let Some(charge) = charges::lock(tx, charge)? else { return Ok(Reversed::Unknown) };
    if !charges::mark_refunded(tx, &charge.id, now)? {
        return Ok(Reversed::Before);
    }
    if let Some(payment) = charge.payment {
        payments::set_status(tx, payment, PaymentStatus::Refunded, now)?;
    }
    match charge.user {
        Some(user) if charge.amount > 0 => reverse(tx, ids, (user, &charge), now).map(|()| Reversed::Now),
        _ => Ok(Reversed::Now),
    }
}

fn reverse(
    tx: &mut Tx<'_>,
    ids: &IdSource,
    (user, charge): (UserId, &Charge),
    now: Timestamp,
) -> Result<(), StoreError> {
    let payout = referrals::payout_of_charge(tx, &charge.id)?;
    let mut accounts = vec![STARS, PROMO, user.0, debt_of(user)];
    accounts.extend(payout.iter().flat_map(|payout| [payout.inviter.0, debt_of(payout.inviter)]));
    let mut book = Book::load(tx, &accounts)?;
    let movement = Movement { user, other: STARS, amount: charge.amount, code: transfer_code::STARS_REFUND };
    take(tx, ids, &mut book, movement, now)?;
    if let Some(payout) = payout {
        referrals::mark_reversed(tx, payout.id, now)?;
        let (user, amount) = (payout.inviter, payout.amount);
        let movement = Movement { user, other: PROMO, amount, code: transfer_code::REFERRAL_REVERSAL };
        take(tx, ids, &mut book, movement, now)?;
    }
    book.save(tx)
}

fn take(
    tx: &mut Tx<'_>,
    ids: &IdSource,
    book: &mut Book,
    movement: Movement,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (id, debt) = (ids.next(now), ids.next(now));
    credit::reverse(book.rules(), movement, id, &mut || debt, now)?;
    wallet_entry::append_made(tx, book, movement.user, &[id, debt])?;
    balance_event::enqueue(tx, ids, book, movement.user, now)
}
