//! What the client was told, and which later states of a booking keep that promise. It shares no code with the
//! server and knows nothing of its tables.

use crate::counts::Answer;

/// One reserve that was sent.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Number of the buyer.
    pub buyer: u32,
    /// Number of the zone in the shop.
    pub zone: usize,
    /// Tickets.
    pub quantity: u32,
    /// The idempotency key, which a repeat uses again.
    pub key: String,
    /// What the server said.
    pub answer: Reserve,
}

/// The answer to a reserve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reserve {
    /// 201 with this booking; the promise is what was asked about it since.
    Acknowledged { booking: String, promise: Promise },
    /// A documented refusal.
    Refused,
    /// No whole answer: it may have happened or not.
    Unknown,
}

impl Answer for Reserve {
    const UNKNOWN: Self = Self::Unknown;

    fn made(&self) -> Option<&str> {
        match self {
            Self::Acknowledged { booking, .. } => Some(booking),
            Self::Refused | Self::Unknown => None,
        }
    }
}

/// The last that was acknowledged, or asked without an answer, about a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    Reserved,
    MaybeConfirmed,
    Confirmed,
    MaybeCancelled,
    Cancelled,
}

impl Promise {
    /// True when a booking found in state `status` keeps it; `overdue` when its hold may have run out since.
    pub fn is_kept_by(self, status: &str, overdue: bool) -> bool {
        if status == "expired" {
            return overdue && !matches!(self, Self::Confirmed | Self::Cancelled);
        }
        match self {
            Self::Reserved => status == "reserved",
            Self::MaybeConfirmed => matches!(status, "reserved" | "confirmed"),
            Self::Confirmed => status == "confirmed",
            Self::MaybeCancelled => matches!(status, "reserved" | "cancelled"),
            Self::Cancelled => status == "cancelled",
        }
    }
}

#[test]
fn a_confirmed_booking_may_not_come_back_as_reserved() {
    assert!(Promise::MaybeConfirmed.is_kept_by("reserved", true));
    assert!(!Promise::Confirmed.is_kept_by("reserved", true));
    assert!(!Promise::Cancelled.is_kept_by("confirmed", true));
    assert!(!Promise::Reserved.is_kept_by("unknown", true));
    assert!(!Promise::Reserved.is_kept_by("expired", false));
    assert!(!Promise::Confirmed.is_kept_by("expired", true));
}
