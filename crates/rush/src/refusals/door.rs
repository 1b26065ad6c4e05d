//! The refusals of tickets and doors in their caller's words.

use crate::domain::booking::BookingStatus;
use crate::domain::check_in::{CheckIn, DoorRefusal};
use crate::domain::ticket::TicketRefusal;
use kernel::{Meaning, PublicIds, Refusal};
use serde_json::json;

fn conflict(code: &'static str, text: &'static str) -> Refusal {
    Refusal::new(Meaning::Conflict, code, text)
}

/// Why nobody is let in.
#[must_use]
pub fn of_door(public: &PublicIds, refusal: DoorRefusal) -> Refusal {
    match refusal {
        DoorRefusal::NotATicket => {
            Refusal::new(Meaning::Invalid, "INVALID_TICKET", "This is no ticket of ours. Nobody is let in.")
        }
        DoorRefusal::OtherEvent => conflict("WRONG_EVENT", "This ticket is for another event."),
        DoorRefusal::OtherShow { show } => {
            conflict("WRONG_SHOW", "This ticket is for another show of this event.")
                .with_details(json!({ "show_id": public.encode(show) }))
        }
        DoorRefusal::NotPaid => conflict("TICKET_NOT_PAID", "This booking was never paid."),
        DoorRefusal::Cancelled => conflict("TICKET_CANCELLED", "This booking was cancelled."),
        DoorRefusal::Refunded => conflict("TICKET_REFUNDED", "This ticket was refunded."),
        DoorRefusal::PassedOn => conflict(
            "TICKET_PASSED_ON",
            "This ticket was passed on. Its new holder has the code that is good.",
        ),
        DoorRefusal::AlreadyEntered(before) => entered(public, &before),
        DoorRefusal::WasUndone => {
            conflict("CHECK_IN_UNDONE", "This scan was undone. Scan the ticket again to let somebody in.")
        }
        DoorRefusal::ClockIsOff => {
            Refusal::field("scanned_at", "is ahead of our clock, or more than a week old")
        }
    }
}

fn entered(public: &PublicIds, before: &CheckIn) -> Refusal {
    let at = before.scanned_at.rfc3339();
    let text = match before.gate.as_str() {
        "" => format!("Somebody came in with this ticket at {at}."),
        gate => format!("Somebody came in with this ticket at {at}, at {gate}."),
    };
    Refusal::new(Meaning::Conflict, "ALREADY_ENTERED", text).with_details(json!({
        "entered_at": at, "gate": before.gate, "check_in_id": public.encode(before.id), "seat": before.seat,
    }))
}

/// Why a ticket was not changed or shown.
#[must_use]
pub fn of_ticket(refusal: TicketRefusal) -> Refusal {
    match refusal {
        TicketRefusal::TicketNotFound => Refusal::not_found("ticket"),
        TicketRefusal::BookingIsNotConfirmed(BookingStatus::Refunded) => {
            conflict("TICKET_REFUNDED", "This ticket was refunded.")
        }
        TicketRefusal::BookingIsNotConfirmed(_) => {
            conflict("TICKET_NOT_PAID", "This booking has no tickets: it is not paid, or it was given back.")
        }
        TicketRefusal::AlreadyUsed => {
            conflict("ALREADY_ENTERED", "Somebody came in with this ticket. It cannot be changed any more.")
        }
        TicketRefusal::ReceiverHasIt => conflict("ALREADY_THEIRS", "They hold this ticket already."),
        TicketRefusal::ReceiverUnknown => {
            Refusal::field("email", "belongs to no account here: they register first, then you pass it on")
        }
        TicketRefusal::BadName(problem) => Refusal::field("name", &problem),
    }
}

/// 409: there is no such admission at this event.
#[must_use]
pub fn not_entered() -> Refusal {
    conflict("NOT_ENTERED", "There is no such check-in at this event.")
}

/// 401: the key of a gate is none, or not any more.
#[must_use]
pub fn bad_key() -> Refusal {
    Refusal::new(
        Meaning::Unauthenticated,
        "INVALID_GATE_KEY",
        "This gate's key is unknown here, or was ended.",
    )
}
