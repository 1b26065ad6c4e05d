//! A payment: the one attempt after another to take a booking's money. It is a row from the first touch on; before that
//! it is derived from its booking, whose number it bears.

use super::booking::{Booking, BookingRefusal, BookingStatus};
use super::gateway_answer::{ChargeRequest, DeclineReason};
use super::ids::{BookingId, PaymentId};
use super::payment_card::Card;
use super::payment_status::PaymentStatus;
use kernel::{Currency, TenantId, Timestamp, UserId};

/// Charges of one payment; the third decline gives the seats back.
pub const ATTEMPTS_MAX: i64 = 3;
/// Times a silent gateway is asked what became of a charge before the charge is taken back.
pub const ASKS_MAX: i64 = 3;

/// How the buyer pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum PaymentMethod {
    CreditCard,
    DebitCard,
    BankTransfer,
    Promptpay,
    Wallet,
    Cash,
}

impl PaymentMethod {
    const ALL: [Self; 6] =
        [Self::CreditCard, Self::DebitCard, Self::BankTransfer, Self::Promptpay, Self::Wallet, Self::Cash];

    /// As written in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreditCard => "credit_card",
            Self::DebitCard => "debit_card",
            Self::BankTransfer => "bank_transfer",
            Self::Promptpay => "promptpay",
            Self::Wallet => "wallet",
            Self::Cash => "cash",
        }
    }

    /// Reads a method.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == text)
    }
}

/// Why money goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefundReason {
    /// It came after the hold was over and the seats were gone.
    SeatsGone,
    /// It came after the buyer or the third decline had ended the booking.
    BookingCancelled,
    /// The booking was paid or refunded before.
    AlreadyPaid,
    /// The gateway never told us in time that it took it.
    GatewayTimeout,
    /// It came after the event or show had been cancelled.
    EventCancelled,
    /// All seats were given back by refunds.
    SeatsReturned,
}

impl RefundReason {
    const ALL: [Self; 6] = [
        Self::SeatsGone,
        Self::BookingCancelled,
        Self::AlreadyPaid,
        Self::GatewayTimeout,
        Self::EventCancelled,
        Self::SeatsReturned,
    ];

    /// As written in tables, events and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SeatsGone => "seats_gone",
            Self::BookingCancelled => "booking_cancelled",
            Self::AlreadyPaid => "already_paid",
            Self::GatewayTimeout => "gateway_timeout",
            Self::EventCancelled => "event_cancelled",
            Self::SeatsReturned => "seats_returned",
        }
    }

    /// Reads what `as_str` wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

/// A payment, stored or derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Its number, which is its booking's.
    pub id: PaymentId,
    /// Whose event the booking is for.
    pub tenant: TenantId,
    /// What is paid.
    pub booking: BookingId,
    /// Who pays.
    pub user: UserId,
    /// The booking's total, minor units.
    pub amount_minor: i64,
    /// The booking's currency.
    pub currency: Currency,
    /// How.
    pub method: PaymentMethod,
    /// The state.
    pub status: PaymentStatus,
    /// Charges begun, 0..=3.
    pub attempt: i64,
    /// Unanswered questions about the last charge, 0..=3.
    pub asks: i64,
    /// The card of the last charge.
    pub card: Option<Card>,
    /// The gateway's name for the charge that took money.
    pub charge: Option<String>,
    /// When it became a row; for a derived one, when the booking was made.
    pub initiated_at: Timestamp,
    /// When the last charge was answered.
    pub processed_at: Option<Timestamp>,
    /// Why the last charge was declined.
    pub error: Option<DeclineReason>,
    /// Why money goes back; all of it does.
    pub refund: Option<RefundReason>,
    /// When it was back.
    pub refunded_at: Option<Timestamp>,
    /// The job that follows it.
    pub job: Option<i64>,
    /// The last attempt whose charge was taken back without ever being told of, 0: none.
    pub taken_back: i64,
    /// What refunds have sent back of it, minor units, 0 to the amount.
    pub refunded_minor: i64,
}

impl Payment {
    /// The pending payment of `booking`, as every booking has one from its first moment.
    #[must_use]
    pub fn pending(booking: &Booking, method: PaymentMethod, at: Timestamp) -> Self {
        Self {
            id: PaymentId(booking.id.0),
            tenant: booking.tenant,
            booking: booking.id,
            user: booking.user,
            amount_minor: booking.total_minor,
            currency: booking.currency,
            method,
            status: PaymentStatus::Pending,
            attempt: 0,
            asks: 0,
            card: None,
            charge: None,
            initiated_at: at,
            processed_at: None,
            error: None,
            refund: None,
            refunded_at: None,
            job: None,
            taken_back: 0,
            refunded_minor: 0,
        }
    }

    /// What went back or goes back of it, minor units: parts by refunds, or all of it. `None`: nothing does.
    #[must_use]
    pub fn returned_minor(&self) -> Option<i64> {
        match self.refund {
            Some(RefundReason::SeatsReturned) | None => {
                (self.refunded_minor > 0 || self.refund.is_some()).then_some(self.refunded_minor)
            }
            Some(_) => Some(self.amount_minor),
        }
    }

    /// What the gateway is sent for the charge that is under way. `reference` is the public id.
    #[must_use]
    pub fn charge_request(&self, reference: String) -> ChargeRequest {
        ChargeRequest {
            key: format!("{}:{}", self.id.0, self.attempt),
            attempt: self.attempt,
            reference,
            amount_minor: self.amount_minor,
            currency: self.currency,
            card: self.card.as_ref().map(|card| card.token),
        }
    }

    /// Takes a step. Errors: the table has no such step, and nothing changed.
    pub fn go(&mut self, to: PaymentStatus) -> Result<(), PaymentRefusal> {
        if !self.status.may_go(to) {
            return Err(PaymentRefusal::CannotGo { from: self.status, to });
        }
        self.status = to;
        Ok(())
    }

    /// What a buyer is shown: a payment that nobody can complete any more, because its booking ended, is cancelled.
    #[must_use]
    pub fn as_seen(mut self, booking: &Booking, now: Timestamp) -> Self {
        let alive = booking.status == BookingStatus::Reserved && booking.expires_at > now;
        if self.status == PaymentStatus::Pending && !alive {
            self.status = PaymentStatus::Cancelled;
        }
        self
    }

    /// Charges that may still be begun.
    #[must_use]
    pub fn attempts_left(&self) -> i64 {
        match self.status {
            PaymentStatus::Pending | PaymentStatus::Failed | PaymentStatus::Retrying => {
                ATTEMPTS_MAX - self.attempt
            }
            _ => 0,
        }
    }
}

/// Why a payment was not opened, processed or cancelled. Nothing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PaymentRefusal {
    /// Not there, or not this caller's: told alike.
    #[error("there is no such payment for this caller")]
    PaymentNotFound,
    /// The caller sees it, but it is not theirs to move.
    #[error("the payment belongs to another buyer")]
    NotTheBuyer,
    /// Opened before, under another key.
    #[error("the booking has a payment already, which is {status:?}")]
    PaymentExists {
        /// Where that one stands.
        status: PaymentStatus,
    },
    /// The booking cannot be paid.
    #[error("the booking cannot be paid: {0}")]
    Booking(BookingRefusal),
    /// The caller has another price in mind.
    #[error("{given} was offered for a booking of {expected}")]
    AmountDiffers {
        /// The booking's total.
        expected: i64,
        /// What the caller said.
        given: i64,
    },
    /// The caller has another currency in mind.
    #[error("the booking is priced in {expected}")]
    CurrencyDiffers {
        /// The booking's currency.
        expected: &'static str,
    },
    /// A charge is under way; a second one must not begin.
    #[error("the payment is being processed")]
    BeingProcessed,
    /// The table has no such step.
    #[error("a payment cannot go from {from:?} to {to:?}")]
    CannotGo {
        /// Where it stands.
        from: PaymentStatus,
        /// Where it was to go.
        to: PaymentStatus,
    },
}
