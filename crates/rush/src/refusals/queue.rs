//! The waiting room's refusals in their caller's words.

use crate::domain::queue::PassRefusal;
use crate::domain::queue_work::WorkRefusal;
use kernel::{Meaning, Refusal};
use serde_json::json;
use waiting_room::JoinRefusal;

/// Seconds after which a room that has no place may have one.
const ROOM_RETRY_S: u64 = 30;

/// Why a pass does not open the door.
#[must_use]
pub fn of_pass(refusal: PassRefusal) -> Refusal {
    let (meaning, code, text) = match refusal {
        PassRefusal::PassIsMissing => (
            Meaning::Unavailable,
            "QUEUE_REQUIRED",
            "There is a waiting room for this event. Join it, and come back with your pass in X-Queue-Pass.",
        ),
        PassRefusal::PassIsNotOurs => {
            (Meaning::Forbidden, "INVALID_QUEUE_PASS", "This pass is not one of ours.")
        }
        PassRefusal::PassIsForAnother => {
            (Meaning::Forbidden, "QUEUE_PASS_MISMATCH", "This pass is for another person or another event.")
        }
        PassRefusal::PassHasRunOut => {
            (Meaning::Forbidden, "QUEUE_PASS_EXPIRED", "This pass has run out. Join the waiting room again.")
        }
        PassRefusal::PassWasUsed => (
            Meaning::Forbidden,
            "QUEUE_PASS_USED",
            "This pass has held seats before. Each is good for one order.",
        ),
    };
    Refusal::new(meaning, code, text)
}

/// Why somebody has no place.
#[must_use]
pub fn of_join(refusal: JoinRefusal) -> Refusal {
    match refusal {
        JoinRefusal::RoomIsNotOpen => {
            Refusal::new(Meaning::Conflict, "QUEUE_NOT_OPEN", "There is no waiting room for this event now.")
        }
        JoinRefusal::EverythingIsSold => Refusal::new(
            Meaning::Conflict,
            "QUEUE_SOLD_OUT",
            "Every seat is sold. The waiting room opens again should seats come back.",
        ),
        JoinRefusal::RoomIsFull => Refusal::new(
            Meaning::Unavailable,
            "QUEUE_FULL",
            "The waiting room is full. Try again in a moment.",
        )
        .retry_after(ROOM_RETRY_S),
        JoinRefusal::TooManyFromOneAddress => Refusal::new(
            Meaning::TooMany,
            "QUEUE_ADDRESS_FULL",
            "As many people as may wait from your address. Try again when one of them is through.",
        )
        .retry_after(ROOM_RETRY_S),
    }
}

/// Why the work that was shown does not count; `puzzle` and `bits` are what to work on.
#[must_use]
pub fn of_work(refusal: WorkRefusal, puzzle: &str, bits: i64) -> Refusal {
    let text = match refusal {
        WorkRefusal::WorkIsMissing => "This waiting room wants a little work first: see the details.",
        WorkRefusal::WorkIsTooLittle => "This is not the work that was wanted: see the details.",
    };
    Refusal::new(Meaning::Forbidden, "QUEUE_WORK_REQUIRED", text)
        .with_details(json!({ "puzzle": puzzle, "bits": bits }))
}

/// Why somebody's place cannot be found or given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaveRefusal {
    /// They have none.
    NotInQueue,
    /// The token is not the place's.
    TokenIsWrong,
}

/// Its words.
#[must_use]
pub fn of_leave(refusal: LeaveRefusal) -> Refusal {
    match refusal {
        LeaveRefusal::NotInQueue => {
            Refusal::new(Meaning::NotFound, "NOT_IN_QUEUE", "You have no place in this waiting room.")
        }
        LeaveRefusal::TokenIsWrong => {
            Refusal::new(Meaning::Forbidden, "INVALID_TOKEN", "This is not the token of your place.")
        }
    }
}

/// A proof was asked for before there is one.
#[must_use]
pub fn shuffle_not_yet() -> Refusal {
    let text = "The room has not opened yet. Its secret is published with the order, after the shuffle.";
    Refusal::new(Meaning::Conflict, "SHUFFLE_NOT_YET", text)
}
