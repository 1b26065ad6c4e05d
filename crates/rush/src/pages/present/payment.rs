//! Where a payment stands, from the booking.

use super::order::hold;
use crate::domain::booking::{Booking, BookingStatus};
use crate::pages::view::{PayForm, PayStage};
use kernel::Timestamp;

/// Where the payment of `booking` stands at `now`; `attempt` is the key of the next try.
#[must_use]
pub fn pay_stage(booking: &Booking, now: Timestamp, attempt: String) -> PayStage {
    match booking.status {
        BookingStatus::Confirmed => PayStage::Paid,
        BookingStatus::Refunded => PayStage::Refunded,
        BookingStatus::Cancelled => PayStage::Cancelled,
        BookingStatus::Reserved if booking.expires_at > now => {
            let form = PayForm { attempt, cards: Vec::new() };
            PayStage::Ready { hold: hold(booking, now), form, declined: None }
        }
        BookingStatus::Reserved | BookingStatus::Expired => PayStage::Expired,
    }
}
