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

/// Version 1: what a subscriber asks for first; the rest never changes and is read from the booking by its key. Short,
/// because it is written with every reservation, on the thread that writes (docs/performance.md). Every value is a number or one of our own words, so nothing needs escaping.
fn payload(b: &Booking) -> String {
    let mut out = String::with_capacity(128);
    // Writing into a `String` cannot fail.
    let _ = write!(
        out,
        r#"{{"v":1,"user":{},"event":{},"zone":{},"quantity":{},"status":"{}""#,
        b.user.0,
        b.event.0,
        b.zone.0,
        b.quantity,
        b.status.as_str()
    );
    if let Some(payment) = b.payment {
        let _ = write!(out, r#","payment":{payment}"#);
    }
    if let Some(code) = &b.confirmation_code {
        let _ = write!(out, r#","confirmation_code":"{code}""#);
    }
    out.push('}');
    out
}
