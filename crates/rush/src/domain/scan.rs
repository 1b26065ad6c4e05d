//! What a door was shown: the code of a ticket, that of a whole booking, or a short code that somebody typed.

use super::seat_code::{SeatCode, TypedCode};
use super::ticket_code::TicketCode;

/// Bytes of the longest code; ours have under 250.
const CODE_BYTES_MAX: usize = 400;

/// A code that can be a ticket of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scan {
    /// The signed code of one ticket.
    Seat(SeatCode),
    /// The signed code of a booking: it admits one after the other.
    Booking(TicketCode),
    /// Typed: to be compared with the signed one.
    Typed(TypedCode),
}

impl Scan {
    /// Reads a code. `None`: it is no ticket of ours.
    #[must_use]
    pub fn read(text: &str, keys: &[[u8; 32]]) -> Option<Self> {
        let text = text.trim();
        if text.len() > CODE_BYTES_MAX {
            return None;
        }
        if let Some(typed) = TypedCode::read(text) {
            return Some(Self::Typed(typed));
        }
        match text.matches(':').count() {
            5 => SeatCode::read(text, keys).map(Self::Seat),
            3 => TicketCode::read(text, keys).map(Self::Booking),
            _ => None,
        }
    }
}
