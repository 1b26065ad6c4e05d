//! The facts about payments. Inside, a payload holds our numbers, as those about bookings do; public ids are made where an
//! event leaves the platform. It names no mail address and no card: who mails looks the user up.

use super::booking::Booking;
use super::gateway_answer::DeclineReason;
use super::payment::{Payment, RefundReason};
use super::place::Place;
use kernel::{Event, Timestamp};
use serde_json::{Map, Value, json};

/// The topic of everything that happens to payments; keyed by booking, so that one booking's facts keep their order.
pub const TOPIC: &str = "payment-events";

/// `payment.success`: money was taken and the seats are the buyer's. Enriched with what a mail says.
#[must_use]
pub fn success(
    id: i64,
    payment: &Payment,
    booking: &Booking,
    place: Option<&Place>,
    now: Timestamp,
) -> Event {
    let mut data = data(payment);
    let more = json!({
        "event": booking.event.0, "show": booking.show.0, "zone": booking.zone.0, "quantity": booking.quantity,
        "unit_price": booking.unit_price_minor, "total": booking.total_minor,
        "confirmation_code": booking.confirmation_code,
        "event_name": place.map(|place| &place.event_name), "venue_name": place.map(|place| &place.venue_name),
        "zone_name": place.map(|place| &place.zone_name),
        "show_starts_at": place.map(|place| place.starts_at.as_micros()),
    });
    if let Value::Object(more) = more {
        data.extend(more);
    }
    event(id, "payment.success", payment, data, now)
}

/// `payment.failed`: a charge was declined; `attempt` says which.
#[must_use]
pub fn failed(id: i64, payment: &Payment, now: Timestamp) -> Event {
    event(id, "payment.failed", payment, data(payment), now)
}

/// `payment.cancelled`: the buyer let go before any charge.
#[must_use]
pub fn cancelled(id: i64, payment: &Payment, now: Timestamp) -> Event {
    event(id, "payment.cancelled", payment, data(payment), now)
}

/// `payment.refund_pending`: money was taken and goes back.
#[must_use]
pub fn refund_pending(id: i64, payment: &Payment, now: Timestamp) -> Event {
    event(id, "payment.refund_pending", payment, data(payment), now)
}

/// `payment.refunded`: money is back.
#[must_use]
pub fn refunded(id: i64, payment: &Payment, now: Timestamp) -> Event {
    event(id, "payment.refunded", payment, data(payment), now)
}

fn event(id: i64, kind: &str, payment: &Payment, data: Map<String, Value>, at: Timestamp) -> Event {
    Event {
        id,
        topic: TOPIC.to_owned(),
        kind: kind.to_owned(),
        key: payment.booking.0,
        occurred_at: at,
        payload: Value::Object(data).to_string(),
    }
}

/// Version 1.
fn data(payment: &Payment) -> Map<String, Value> {
    let data = json!({
        "version": 1, "payment": payment.id.0, "booking": payment.booking.0, "tenant": payment.tenant.0,
        "user": payment.user.0, "amount": payment.amount_minor, "currency": payment.currency.code,
        "status": payment.status.as_str(), "method": payment.method.as_str(), "attempt": payment.attempt,
        "charge": payment.charge, "error": payment.error.map(DeclineReason::as_str),
        "refund_reason": payment.refund.map(RefundReason::as_str),
        "processed_at": payment.processed_at.map(Timestamp::as_micros),
    });
    match data {
        Value::Object(data) => data,
        _ => Map::new(),
    }
}
