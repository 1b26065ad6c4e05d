//! What the replay of the transfers shows about bookings, and what bookings and payments add to it.

use crate::transfer::Ends;
use std::collections::HashMap;

/// What is known of the booking with the number of a pending transfer. Three bytes, because there may be millions.
#[derive(Debug, Clone, Copy)]
pub(super) struct BookingState {
    pub(super) status: Status,
    pub(super) payment: PaymentState,
    /// Whether it was voided because its time was over, and not by its buyer or after the last decline.
    pub(super) is_expired: bool,
}

/// What the booking's row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    NoBooking,
    Reserved,
    Confirmed,
    Cancelled,
    Expired,
    Refunded,
}

/// Where its payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PaymentState {
    NoPayment,
    /// Pending, under way, declined or unanswered.
    NotTaken,
    NeverRequested,
    Taken,
    RefundPending,
    Refunded,
}

/// What is known of all of them.
#[derive(Debug, Default)]
pub(super) struct Replayed {
    /// By the index of the pending transfer.
    pub(super) bookings: Vec<BookingState>,
    /// Seats sold late, from zone to buyer.
    pub(super) late: HashMap<Ends, i64>,
    /// Seats returned, by the ends of their sale.
    pub(super) returned: HashMap<Ends, i64>,
}

impl Replayed {
    /// Seats that moved late or back and pair with no booking, or the other way round.
    pub(super) fn unpaired_move(&self) -> Option<(Ends, i64)> {
        let mut moves = self.late.iter().chain(&self.returned).map(|(ends, seats)| (*ends, *seats));
        moves.find(|(_, seats)| *seats != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_a_booking_takes_three_bytes() {
        assert_eq!(size_of::<BookingState>(), 3);
    }
}
