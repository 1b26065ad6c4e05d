//! May a charge begin, may a payment be opened or cancelled: the guards, in their order, and what follows them.

use super::booking::{Booking, BookingStatus, may_release};
use super::payment::{ATTEMPTS_MAX, Payment, PaymentMethod, PaymentRefusal};
use super::payment_card::Card;
use super::payment_status::PaymentStatus;
use kernel::Timestamp;

/// What a caller asks for when opening a payment. The amount is compared with the booking's, never believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRequest {
    /// Minor units, if the caller said.
    pub amount_minor: Option<i64>,
    /// ISO code, if the caller said.
    pub currency: Option<String>,
    /// How.
    pub method: PaymentMethod,
    /// The card, if one was sent.
    pub card: Option<Card>,
}

/// Opens the payment of `booking`. Guards: there is none yet, the hold lives, amount, currency.
pub fn open(
    booking: &Booking,
    existing: Option<&Payment>,
    request: &OpenRequest,
    now: Timestamp,
) -> Result<Payment, PaymentRefusal> {
    if let Some(existing) = existing {
        return Err(PaymentRefusal::PaymentExists { status: existing.status });
    }
    must_be_payable(booking, now)?;
    terms_must_match(booking, request)?;
    let mut payment = Payment::pending(booking, request.method, now);
    payment.card.clone_from(&request.card);
    Ok(payment)
}

/// Whether what the caller believes to pay is what the booking costs.
pub fn terms_must_match(booking: &Booking, request: &OpenRequest) -> Result<(), PaymentRefusal> {
    let expected = booking.total_minor;
    if let Some(given) = request.amount_minor.filter(|given| *given != expected) {
        return Err(PaymentRefusal::AmountDiffers { expected, given });
    }
    let expected = booking.currency.code;
    if request.currency.as_deref().is_some_and(|given| given != expected) {
        return Err(PaymentRefusal::CurrencyDiffers { expected });
    }
    Ok(())
}

/// Whether the hold of `booking` lives: the same guards, in the same order, as giving it back.
pub fn must_be_payable(booking: &Booking, now: Timestamp) -> Result<(), PaymentRefusal> {
    may_release(booking, now).map_err(PaymentRefusal::Booking)
}

/// Begins the next charge, with `card` if one was sent, else with the one that was kept.
/// Guards: no charge is under way, the state allows one, one is left, the hold lives.
pub fn begin(
    payment: &mut Payment,
    booking: &Booking,
    card: Option<Card>,
    now: Timestamp,
) -> Result<(), PaymentRefusal> {
    let from = payment.status;
    let refused = PaymentRefusal::CannotGo { from, to: PaymentStatus::Processing };
    match from {
        PaymentStatus::Processing | PaymentStatus::TimedOut => return Err(PaymentRefusal::BeingProcessed),
        PaymentStatus::Pending | PaymentStatus::Failed | PaymentStatus::Retrying => {}
        PaymentStatus::Succeeded
        | PaymentStatus::Cancelled
        | PaymentStatus::RefundPending
        | PaymentStatus::Refunded => return Err(refused),
    }
    must_be_payable(booking, now)?;
    if payment.attempt >= ATTEMPTS_MAX {
        return Err(refused);
    }
    // The point of no return.
    go_to_processing(payment)?;
    payment.attempt += 1;
    payment.asks = 0;
    payment.error = None;
    payment.processed_at = None;
    if card.is_some() {
        payment.card = card;
    }
    Ok(())
}

/// Walks the listed steps to processing.
pub(super) fn go_to_processing(payment: &mut Payment) -> Result<(), PaymentRefusal> {
    if payment.status == PaymentStatus::Failed {
        payment.go(PaymentStatus::Retrying)?;
    }
    payment.go(PaymentStatus::Processing)
}

/// Cancels a payment that nothing was charged for.
pub fn cancel(payment: &mut Payment) -> Result<(), PaymentRefusal> {
    if payment.status.awaits_an_answer() {
        return Err(PaymentRefusal::BeingProcessed);
    }
    payment.go(PaymentStatus::Cancelled)
}

/// Whether a declined or waiting payment may still be charged without its buyer asking.
#[must_use]
pub fn hold_lives(booking: &Booking, now: Timestamp) -> bool {
    booking.status == BookingStatus::Reserved && booking.expires_at > now
}
