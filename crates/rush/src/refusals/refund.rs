//! The refusals of refunds in their caller's words.

use crate::domain::booking::BookingStatus;
use crate::domain::refund::RefundRefusal;
use kernel::{Meaning, Refusal};
use serde_json::json;

/// Why there is no refund.
#[must_use]
pub fn of_refund(refusal: RefundRefusal) -> Refusal {
    match refusal {
        RefundRefusal::RefundNotFound => Refusal::not_found("refund"),
        RefundRefusal::RoleDoesNotAllow => Refusal::new(
            Meaning::Forbidden,
            "FORBIDDEN",
            "Only the administrators of the shop look at its refunds and decide about them.",
        ),
        RefundRefusal::NotConfirmed(status) => not_confirmed(status),
        RefundRefusal::QuantityOutOfRange { max } => Refusal::new(
            Meaning::Invalid,
            "INVALID_QUANTITY",
            format!("Choose between 1 and {max} tickets of this booking."),
        )
        .with_details(json!({ "min": 1, "max": max })),
        RefundRefusal::ComesByItself => Refusal::new(
            Meaning::Conflict,
            "EVENT_CANCELLED",
            "The organizer cancelled: everything you paid comes back without asking.",
        ),
        RefundRefusal::NothingComesBack => Refusal::new(
            Meaning::Conflict,
            "REFUND_NOT_AVAILABLE",
            "It is too late: nothing is given back any more for this show.",
        ),
        RefundRefusal::QuoteChanged { amount_minor } => Refusal::new(
            Meaning::Conflict,
            "QUOTE_CHANGED",
            "Another amount is given back now. Look at it, and ask again if it is all right.",
        )
        .with_details(json!({ "amount": amount_minor })),
        RefundRefusal::RequestIsOpen => Refusal::new(
            Meaning::Conflict,
            "REFUND_PENDING",
            "You asked for a refund of this booking before, and it is not decided yet.",
        ),
        RefundRefusal::MoreThanWasPaid => Refusal::new(
            Meaning::Conflict,
            "REFUND_EXCEEDS_PAYMENT",
            "More than was paid and not given back cannot be given back. Nothing was moved.",
        ),
        RefundRefusal::CannotGo { from, to } => {
            Refusal::new(Meaning::Conflict, "INVALID_STATUS", "The refund's state does not allow this.")
                .with_details(json!({ "status": from.as_str(), "wanted": to.as_str() }))
        }
    }
}

fn not_confirmed(status: BookingStatus) -> Refusal {
    let text = match status {
        BookingStatus::Confirmed => "Every ticket of this booking was given back.",
        BookingStatus::Refunded => "This booking was refunded.",
        BookingStatus::Reserved | BookingStatus::Cancelled | BookingStatus::Expired => {
            "Nothing was paid for this booking."
        }
    };
    Refusal::new(Meaning::Conflict, "INVALID_STATUS", text).with_details(json!({ "status": status.as_str() }))
}
