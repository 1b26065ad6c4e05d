//! The facts about bookings. Inside, a payload holds our numbers; public ids are made where an event leaves the platform.

use crate::domain::booking::Booking;
use kernel::{Event, Timestamp};
use std::fmt::Write;

/// The topic of everything that happens to bookings; keyed by booking, so that one booking's facts keep their order.
pub const TOPIC: &str = "booking-events";

/// `booking.created`: seats are held.
#[must_use]
pub fn created(id: i64, booking: &Booking) -> Event {
    event(id, "booking.created", booking, booking.reserved_at)
}

/// `booking.confirmed`: paid.
#[must_use]
pub fn confirmed(id: i64, booking: &Booking, now: Timestamp) -> Event {
    event(id, "booking.confirmed", booking, now)
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

/// Version 1. Written by hand because it is made for every reservation, on the thread that writes; every value is a
/// number or one of our own words, so nothing needs escaping.
fn payload(b: &Booking) -> String {
    let mut out = String::with_capacity(256);
    // Writing into a `String` cannot fail.
    let _ = write!(
        out,
        r#"{{"version":1,"booking":{},"tenant":{},"user":{},"event":{},"show":{},"zone":{},"quantity":{},"unit_price":{},"total":{},"currency":"{}","status":"{}","expires_at":{}"#,
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
        b.expires_at.as_micros()
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
