//! The facts about bookings. Inside, a payload holds our numbers; public ids are made where an event leaves the platform.

use crate::domain::booking::Booking;
use kernel::{Event, Timestamp};
use std::fmt::Write;

/// The topic of everything that happens to bookings; keyed by booking, so that one booking's facts keep their order.
pub const TOPIC: &str = "booking-events";

/// The kind of [`confirmed`].
pub const CONFIRMED: &str = "booking.confirmed";

/// `booking.created`: seats are held.
#[must_use]
pub fn created(id: i64, booking: &Booking) -> Event {
    event(id, "booking.created", booking, booking.reserved_at)
}

/// `booking.confirmed`: paid.
#[must_use]
pub fn confirmed(id: i64, booking: &Booking, now: Timestamp) -> Event {
    event(id, CONFIRMED, booking, now)
}

/// `booking.cancelled`: given back.
#[must_use]
pub fn cancelled(id: i64, booking: &Booking, now: Timestamp) -> Event {
    event(id, "booking.cancelled", booking, now)
}

/// `booking.expired`: time ran out.
#[must_use]
pub fn expired(id: i64, booking: &Booking, now: Timestamp) -> Event {
    event(id, "booking.expired", booking, now)
}

/// `booking.refunded`: paid and returned, all of it.
#[must_use]
pub fn refunded(id: i64, booking: &Booking, now: Timestamp) -> Event {
    event(id, "booking.refunded", booking, now)
}

fn event(id: i64, kind: &str, booking: &Booking, at: Timestamp) -> Event {
    Event {
        id,
        topic: TOPIC.to_owned(),
        kind: kind.to_owned(),
        key: booking.id.0,
        occurred_at: at,
        payload: payload(booking),
    }
}

/// Version 1: every field that is set, for subscribers that do not share our tables. Ids are our numbers, times microseconds,
/// amounts minor units. Written by hand, because it is written with every reservation, on the thread that writes
/// (docs/performance.md). Every value is a number or one of our own words, so nothing needs escaping.
fn payload(b: &Booking) -> String {
    let mut out = String::with_capacity(400);
    // Writing into a `String` cannot fail.
    let _ = write!(
        out,
        r#"{{"v":1,"booking":{},"tenant":{},"user":{},"event":{},"show":{},"zone":{},"quantity":{},"unit_price":{},"total":{},"currency":"{}","status":"{}","reserved_at":{},"expires_at":{}"#,
        b.id.0,
        b.tenant.0,
        b.user.0,
        b.event.0,
        b.show.0,
        b.zone.0,
        b.quantity,
        b.unit_price_minor,
        b.total_minor,
        b.currency.code,
        b.status.as_str(),
        b.reserved_at.as_micros(),
        b.expires_at.as_micros()
    );
    later_fields(&mut out, b);
    out.push('}');
    out
}

/// What later states fill.
fn later_fields(out: &mut String, b: &Booking) {
    let times = [("confirmed_at", b.confirmed_at), ("cancelled_at", b.cancelled_at)];
    for (name, at) in times.into_iter().filter_map(|(name, at)| Some((name, at?))) {
        let _ = write!(out, r#","{name}":{}"#, at.as_micros());
    }
    if let Some(payment) = b.payment {
        let _ = write!(out, r#","payment":{payment}"#);
    }
    if let Some(code) = &b.confirmation_code {
        let _ = write!(out, r#","confirmation_code":"{code}""#);
    }
    if b.returned_quantity > 0 {
        let _ = write!(out, r#","returned_quantity":{}"#, b.returned_quantity);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::booking::BookingStatus;
    use serde_json::Value;

    const NOW: Timestamp = Timestamp::from_secs(1_795_000_000);

    fn fields(event: &Event) -> Vec<String> {
        let payload: Value = serde_json::from_str(&event.payload).expect("a payload is JSON");
        payload.as_object().expect("an object").keys().cloned().collect()
    }

    #[test]
    fn an_event_carries_every_field_of_its_booking_that_is_set() {
        let mut booking = Booking::sample(NOW, 600);
        let first = [
            "booking",
            "currency",
            "event",
            "expires_at",
            "quantity",
            "reserved_at",
            "show",
            "status",
            "tenant",
            "total",
            "unit_price",
            "user",
            "v",
            "zone",
        ];
        let mut of_created = fields(&created(9, &booking));
        of_created.sort();
        assert_eq!(of_created, first);
        booking.status = BookingStatus::Confirmed;
        (booking.payment, booking.confirmed_at) = (Some(booking.id.0), Some(NOW));
        booking.confirmation_code = Some("BK-20261118-ABCDEF".to_owned());
        let of_confirmed = fields(&confirmed(9, &booking, NOW));
        for name in first.into_iter().chain(["payment", "confirmed_at", "confirmation_code"]) {
            assert!(of_confirmed.iter().any(|field| field == name), "{name}");
        }
        booking.cancelled_at = Some(NOW);
        booking.returned_quantity = 1;
        let of_refunded = fields(&refunded(9, &booking, NOW));
        assert!(of_refunded.contains(&"cancelled_at".to_owned()));
        assert!(of_refunded.contains(&"returned_quantity".to_owned()));
    }
}
