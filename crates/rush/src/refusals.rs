//! Every refusal of the stall in its caller's words: one exhaustive match per enum, code and text nowhere else.

mod catalogue;
pub mod door;
pub mod payment;
mod queue;
mod refund;
pub mod sale;

pub use catalogue::of_catalogue;
pub use payment::of_payment;
pub use queue::{LeaveRefusal, of_join, of_leave, of_pass, of_work, shuffle_not_yet};
pub use refund::of_refund;

use crate::domain::booking::BookingRefusal;
use crate::domain::reserve::ReserveRefusal;
use crate::domain::sale_window::SaleRefusal;
use kernel::{Meaning, Refusal};
use serde_json::json;

/// Why no seats were held.
#[must_use]
pub fn of_reserve(refusal: ReserveRefusal) -> Refusal {
    match refusal {
        ReserveRefusal::KeyReused => Refusal::new(
            Meaning::Unprocessable,
            "IDEMPOTENCY_KEY_REUSED",
            "This Idempotency-Key was used for another request. Use a new key for a new attempt.",
        ),
        ReserveRefusal::InvalidQuantity { min, max } => Refusal::new(
            Meaning::Invalid,
            "INVALID_QUANTITY",
            format!("Choose between {min} and {max} tickets."),
        )
        .with_details(json!({ "min": min, "max": max })),
        ReserveRefusal::ZoneNotFound => {
            Refusal::new(Meaning::NotFound, "ZONE_NOT_FOUND", "There is no such zone in this show.")
        }
        ReserveRefusal::Queue(refusal) => of_pass(refusal),
        ReserveRefusal::Sale(sale) => of_sale(sale),
        ReserveRefusal::ZoneHasTooFewSeats { requested, available } => {
            Refusal::new(Meaning::Conflict, "INSUFFICIENT_SEATS", too_few(available))
                .with_details(json!({ "requested": requested, "available": available }))
        }
        ReserveRefusal::BuyerWouldExceedTheCap { current, max } => Refusal::new(
            Meaning::Conflict,
            "MAX_TICKETS_EXCEEDED",
            format!("You hold {current} of at most {max} tickets for this event."),
        )
        .with_details(json!({ "current": current, "max": max })),
        ReserveRefusal::TotalTooLarge => Refusal::new(
            Meaning::Invalid,
            "INVALID_QUANTITY",
            "The total would be larger than any amount we handle.",
        ),
    }
}

fn too_few(available: i64) -> String {
    match available {
        0 => "This zone is sold out right now. Seats come back when a hold runs out.".to_owned(),
        1 => "Only 1 seat is left in this zone.".to_owned(),
        left => format!("Only {left} seats are left in this zone."),
    }
}

/// Why a booking was not confirmed or released.
#[must_use]
pub fn of_booking(refusal: BookingRefusal) -> Refusal {
    let (meaning, code, text) = match refusal {
        BookingRefusal::BookingNotFound => (Meaning::NotFound, "NOT_FOUND", "There is no such booking."),
        BookingRefusal::AlreadyConfirmed => (
            Meaning::Conflict,
            "ALREADY_CONFIRMED",
            "This booking is already confirmed. Nothing was charged again.",
        ),
        BookingRefusal::AlreadyReleased => {
            (Meaning::Conflict, "ALREADY_RELEASED", "These seats were already given back.")
        }
        BookingRefusal::HoldHasExpired => (
            Meaning::Gone,
            "EXPIRED",
            "The time to pay is over and the seats are on sale again. No money was taken.",
        ),
        BookingRefusal::NotPaid => (
            Meaning::PaymentRequired,
            "PAYMENT_REQUIRED",
            "This booking has no successful payment of its amount yet.",
        ),
        BookingRefusal::AlreadyRefunded => {
            (Meaning::Conflict, "INVALID_STATUS", "This booking was refunded.")
        }
    };
    Refusal::new(meaning, code, text)
}

/// Why something is not sold now.
#[must_use]
pub fn of_sale(refusal: SaleRefusal) -> Refusal {
    match refusal {
        SaleRefusal::EventIsNotAvailable => {
            Refusal::new(Meaning::Conflict, "EVENT_NOT_AVAILABLE", "This event is not on sale.")
        }
        SaleRefusal::ShowIsNotAvailable => {
            Refusal::new(Meaning::Conflict, "EVENT_NOT_AVAILABLE", "This show was cancelled or is over.")
        }
        SaleRefusal::ZoneIsInactive => {
            Refusal::new(Meaning::Conflict, "EVENT_NOT_AVAILABLE", "This zone is not on sale.")
        }
        SaleRefusal::SaleHasNotStarted { starts_at } => {
            Refusal::new(Meaning::Conflict, "SALE_NOT_STARTED", "The sale has not started yet.")
                .with_details(json!({ "starts_at": starts_at.rfc3339() }))
        }
        SaleRefusal::SaleHasEnded { ended_at } => {
            Refusal::new(Meaning::Conflict, "SALE_ENDED", "The sale is over.")
                .with_details(json!({ "ended_at": ended_at.rfc3339() }))
        }
    }
}
