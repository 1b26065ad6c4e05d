//! A refund: some seats of a paid booking go back on sale, and what they still give back goes to their buyer.

use super::booking::{Booking, BookingStatus};
use super::ids::{BookingId, EventId, RefundId, ShowId, ZoneId};
use super::refund_policy::RefundPolicy;
use super::refund_quote::{RefundQuote, RefundTerms, quote};
use super::refund_status::RefundStatus;
use kernel::{Currency, TenantId, Timestamp, UserId};

/// Characters of the longest reason or note.
pub const NOTE_CHARS_MAX: usize = 500;

/// Why there is a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefundCause {
    /// The buyer asked.
    Buyer,
    /// The event was cancelled: all of it, without asking.
    EventCancelled,
    /// The show was cancelled: the same.
    ShowCancelled,
}

impl RefundCause {
    const ALL: [Self; 3] = [Self::Buyer, Self::EventCancelled, Self::ShowCancelled];

    /// As written in tables, events and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::EventCancelled => "event_cancelled",
            Self::ShowCancelled => "show_cancelled",
        }
    }

    /// Reads what `as_str` wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.as_str() == text)
    }
}

/// A refund as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// Its number.
    pub id: RefundId,
    /// Whose event it is.
    pub tenant: TenantId,
    /// What was bought.
    pub booking: BookingId,
    /// Who bought it.
    pub user: UserId,
    /// The event.
    pub event: EventId,
    /// The show.
    pub show: ShowId,
    /// The zone.
    pub zone: ZoneId,
    /// Seats that go back, 1 or more.
    pub quantity: i64,
    /// What goes back, minor units.
    pub amount_minor: i64,
    /// The booking's currency.
    pub currency: Currency,
    /// How much of what the seats cost that is, 0..=100.
    pub percent: i64,
    /// Why.
    pub cause: RefundCause,
    /// In the buyer's words.
    pub reason: Option<String>,
    /// The policy that it was quoted by.
    pub policy: RefundPolicy,
    /// The state.
    pub status: RefundStatus,
    /// Who asked.
    pub requested_by: UserId,
    /// When.
    pub requested_at: Timestamp,
    /// Who decided; none: the rules did.
    pub decided_by: Option<UserId>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// What they said.
    pub decision_note: Option<String>,
    /// When the gateway had done it.
    pub processed_at: Option<Timestamp>,
    /// Why the gateway did not.
    pub last_error: Option<String>,
    /// The job that follows it.
    pub job: Option<i64>,
}

impl Refund {
    /// Takes a step. Errors: the table has no such step, and nothing changed.
    pub fn go(&mut self, to: RefundStatus) -> Result<(), RefundRefusal> {
        if !self.status.may_go(to) {
            return Err(RefundRefusal::CannotGo { from: self.status, to });
        }
        self.status = to;
        Ok(())
    }
}

/// What a buyer asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefundRequest {
    /// Seats; all that are left without a number.
    pub quantity: Option<i64>,
    /// The amount the buyer was quoted, if they say it: another one is refused, so that nobody asks for less than they saw.
    pub amount_minor: Option<i64>,
    /// In their words.
    pub reason: Option<String>,
}

/// The refund that is asked for at `now`. Guards: those of the quote, something comes back, it is what the buyer saw.
pub fn request(
    id: RefundId,
    booking: &Booking,
    terms: &RefundTerms,
    request: &RefundRequest,
    now: Timestamp,
) -> Result<Refund, RefundRefusal> {
    let quote = quote(booking, terms, request.quantity, now)?;
    if quote.percent == 0 {
        return Err(RefundRefusal::NothingComesBack);
    }
    if request.amount_minor.is_some_and(|seen| seen != quote.amount_minor) {
        return Err(RefundRefusal::QuoteChanged { amount_minor: quote.amount_minor });
    }
    let mut refund = made(id, booking, quote, RefundCause::Buyer, now);
    refund.requested_by = booking.user;
    refund.reason.clone_from(&request.reason);
    Ok(refund)
}

/// The refund of all seats of `booking` that are left, whole, because the organizer cancelled. `None`: none is left.
#[must_use]
pub fn of_cancellation(
    id: RefundId,
    booking: &Booking,
    (cause, by): (RefundCause, UserId),
    now: Timestamp,
) -> Option<Refund> {
    let quantity = booking.seats_owned();
    if booking.status != BookingStatus::Confirmed || quantity == 0 {
        return None;
    }
    let quote = RefundQuote {
        quantity,
        quantity_max: quantity,
        percent: 100,
        amount_minor: booking.unit_price_minor.checked_mul(quantity)?,
        currency: booking.currency,
        holds_until: None,
        policy: RefundPolicy::default(),
    };
    let mut refund = made(id, booking, quote, cause, now);
    refund.requested_by = by;
    Some(refund)
}

fn made(id: RefundId, booking: &Booking, quote: RefundQuote, cause: RefundCause, now: Timestamp) -> Refund {
    Refund {
        id,
        tenant: booking.tenant,
        booking: booking.id,
        user: booking.user,
        event: booking.event,
        show: booking.show,
        zone: booking.zone,
        quantity: quote.quantity,
        amount_minor: quote.amount_minor,
        currency: quote.currency,
        percent: quote.percent,
        cause,
        reason: None,
        policy: quote.policy,
        status: RefundStatus::Requested,
        requested_by: booking.user,
        requested_at: now,
        decided_by: None,
        decided_at: None,
        decision_note: None,
        processed_at: None,
        last_error: None,
        job: None,
    }
}

/// Why there is no refund. Nothing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefundRefusal {
    /// Not there, or not this caller's: told alike.
    #[error("there is no such refund for this caller")]
    RefundNotFound,
    /// The caller may look at refunds of their tenant or not even that.
    #[error("the role does not allow it")]
    RoleDoesNotAllow,
    /// Nothing was paid, or everything went back.
    #[error("the booking is {0:?}")]
    NotConfirmed(BookingStatus),
    /// More seats than are left, or none.
    #[error("1 to {max} seats may be given back")]
    QuantityOutOfRange {
        /// Seats that are left.
        max: i64,
    },
    /// The event or show was cancelled: all of it comes back without asking.
    #[error("the event was cancelled, the money comes back by itself")]
    ComesByItself,
    /// It is too late: the policy gives nothing back.
    #[error("nothing comes back any more")]
    NothingComesBack,
    /// The buyer saw another amount.
    #[error("the refund is {amount_minor} now")]
    QuoteChanged {
        /// What it is now, minor units.
        amount_minor: i64,
    },
    /// An earlier request of this booking is not decided.
    #[error("an earlier request is not decided")]
    RequestIsOpen,
    /// The ledger has less than that to give back: of this booking so much was paid, less what went back before.
    #[error("more than was paid and not returned")]
    MoreThanWasPaid,
    /// The table has no such step.
    #[error("a refund cannot go from {from:?} to {to:?}")]
    CannotGo {
        /// Where it stands.
        from: RefundStatus,
        /// Where it was to go.
        to: RefundStatus,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_795_000_000);

    fn paid(quantity: i64) -> Booking {
        Booking::paid_sample(NOW, quantity)
    }

    fn terms(hours_left: i64) -> RefundTerms {
        RefundTerms::sample(NOW, hours_left)
    }

    #[test]
    fn each_guard_has_its_refusal() {
        let ask = |booking: &Booking, terms: &RefundTerms, quantity, amount_minor| {
            let wanted = RefundRequest { quantity, amount_minor, reason: None };
            request(RefundId(9), booking, terms, &wanted, NOW).map(|refund| refund.amount_minor)
        };
        let mut returned = paid(2);
        returned.returned_quantity = 2;
        let cancelled = RefundTerms { is_cancelled: true, ..terms(200) };
        for (booking, terms, quantity, seen, refusal) in [
            (
                Booking::sample(NOW, 1),
                terms(200),
                None,
                None,
                RefundRefusal::NotConfirmed(BookingStatus::Reserved),
            ),
            (returned, terms(200), None, None, RefundRefusal::NotConfirmed(BookingStatus::Confirmed)),
            (paid(2), cancelled, None, None, RefundRefusal::ComesByItself),
            (paid(2), terms(200), Some(3), None, RefundRefusal::QuantityOutOfRange { max: 2 }),
            (paid(2), terms(200), Some(0), None, RefundRefusal::QuantityOutOfRange { max: 2 }),
            (paid(2), terms(10), None, None, RefundRefusal::NothingComesBack),
            (paid(2), terms(100), None, Some(300_000), RefundRefusal::QuoteChanged { amount_minor: 150_000 }),
        ] {
            assert_eq!(ask(&booking, &terms, quantity, seen), Err(refusal));
        }
        assert_eq!(ask(&paid(2), &terms(200), Some(1), Some(150_000)), Ok(150_000));
    }

    #[test]
    fn a_cancellation_gives_back_all_that_is_left() {
        let mut booking = paid(3);
        booking.returned_quantity = 1;
        let cause = (RefundCause::EventCancelled, UserId(5));
        let refund = of_cancellation(RefundId(9), &booking, cause, NOW).expect("two seats are left");
        assert_eq!((refund.quantity, refund.amount_minor, refund.percent), (2, 300_000, 100));
        booking.returned_quantity = 3;
        assert_eq!(of_cancellation(RefundId(9), &booking, cause, NOW), None);
    }
}
