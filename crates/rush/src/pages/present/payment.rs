//! Where a payment stands, from the booking and its payment.

use super::order::hold;
use crate::domain::booking::{Booking, BookingStatus};
use crate::domain::gateway_answer::DeclineReason;
use crate::domain::payment::Payment;
use crate::domain::payment_card::{CardToken, TEST_CARDS};
use crate::domain::payment_status::PaymentStatus;
use crate::pages::view::{Decline, Hold, PayForm, PayStage, TestCard};
use kernel::Timestamp;

/// The cards a checkout offers; the other test cards are for programs.
const OFFERED: [CardToken; 5] = [
    CardToken::Approve,
    CardToken::Decline,
    CardToken::InsufficientFunds,
    CardToken::TimeOutCharged,
    CardToken::TimeOutSilent,
];

/// The cards of the mock gateway to choose from.
#[must_use]
pub fn test_cards() -> Vec<TestCard> {
    let offered = TEST_CARDS.iter().filter(|card| OFFERED.contains(&card.token));
    offered
        .map(|card| TestCard {
            value: card.name.to_owned(),
            number: grouped(card.number),
            effect: card.effect.to_owned(),
        })
        .collect()
}

fn grouped(number: &str) -> String {
    let groups: Vec<&str> =
        number.as_bytes().chunks(4).filter_map(|four| std::str::from_utf8(four).ok()).collect();
    groups.join(" ")
}

/// Where the payment of `booking` stands at `now`; `attempt` is the key of the next try.
#[must_use]
pub fn pay_stage(booking: &Booking, payment: &Payment, now: Timestamp, attempt: String) -> PayStage {
    let live = booking.status == BookingStatus::Reserved && booking.expires_at > now;
    let clock = live.then(|| hold(booking, now));
    match (booking.status, payment.status) {
        (BookingStatus::Confirmed, _) => PayStage::Paid,
        (BookingStatus::Refunded, _) => PayStage::Refunded,
        (_, PaymentStatus::RefundPending | PaymentStatus::Refunded) => PayStage::Refunded,
        (_, PaymentStatus::TimedOut) => PayStage::Checking(clock),
        (_, PaymentStatus::Processing | PaymentStatus::Retrying | PaymentStatus::Succeeded) => {
            PayStage::Processing(clock)
        }
        (BookingStatus::Cancelled, PaymentStatus::Failed) => PayStage::Exhausted,
        (BookingStatus::Cancelled, PaymentStatus::Pending | PaymentStatus::Cancelled) => PayStage::Cancelled,
        (BookingStatus::Expired, _) => PayStage::Expired,
        (BookingStatus::Reserved, _) => {
            clock.map_or(PayStage::Expired, |clock| ready(clock, payment, attempt))
        }
    }
}

fn ready(hold: Hold, payment: &Payment, attempt: String) -> PayStage {
    let declined = (payment.status == PaymentStatus::Failed).then(|| Decline {
        title: match payment.error {
            Some(DeclineReason::GatewayTimeout) => "The bank never answered",
            _ => "The card was declined",
        },
        reason: payment.error.map_or("The bank declined this card.", DeclineReason::message).to_owned(),
        tries_left: payment.attempts_left(),
    });
    PayStage::Ready { hold, form: PayForm { attempt, cards: test_cards() }, declined }
}
