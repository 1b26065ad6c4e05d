//! A booking as an order, its state in words, its hold as a clock.

use super::card::{place, poster_of};
use crate::domain::booking::{Booking, BookingStatus};
use crate::domain::catalogue::Snapshot;
use crate::pages::view::{Hold, Order, State, When, left_text};
use kernel::{PublicIds, Timestamp};
use web::shell::{Held, poster_url};

/// What `booking` is for. An event that is no longer listed keeps its tickets, with what is still known of it.
#[must_use]
pub fn order(public: &PublicIds, catalogue: &Snapshot, booking: &Booking) -> Order {
    let event = catalogue.event(booking.event);
    let zone = event.map_or("UTC", |event| event.fields.venue.timezone.as_str());
    let starts_at = catalogue.show(booking.show).map_or(booking.reserved_at, |show| show.fields.starts_at);
    // Tickets that were given back are no longer theirs.
    let quantity = if booking.seats_owned() > 0 { booking.seats_owned() } else { booking.quantity };
    Order {
        booking: public.encode(booking.id),
        title: event
            .map_or_else(|| "An event that is no longer listed".into(), |event| event.fields.name.clone()),
        event_href: event
            .map_or_else(|| "/rush/events".into(), |event| format!("/rush/events/{}", event.fields.slug)),
        poster: event.map_or_else(|| poster_url("unlisted"), |event| poster_of(event)),
        when: When::new(starts_at, zone),
        venue: event.map(|event| place(event)).unwrap_or_default(),
        zone: catalogue.zone(booking.zone).map_or_else(|| "Zone".into(), |zone| zone.fields.name.clone()),
        quantity,
        unit: booking.currency.write(booking.unit_price_minor),
        total: booking.currency.write(booking.unit_price_minor.saturating_mul(quantity)),
    }
}

/// The state of `booking` as people read it. A hold whose time is over says so before the sweeper does.
#[must_use]
pub fn state(booking: &Booking, now: Timestamp) -> State {
    match booking.status {
        BookingStatus::Reserved if booking.expires_at <= now => State::Expired,
        BookingStatus::Reserved => State::Held,
        BookingStatus::Confirmed if booking.seats_owned() == 0 => State::Refunded,
        BookingStatus::Confirmed => State::Confirmed,
        BookingStatus::Cancelled => State::Cancelled,
        BookingStatus::Expired => State::Expired,
        BookingStatus::Refunded => State::Refunded,
    }
}

/// The hold of `booking` as every page reminds of it. The hour is the venue's; pages write the visitor's own.
#[must_use]
pub fn held(public: &PublicIds, catalogue: &Snapshot, booking: &Booking) -> Held {
    let event = catalogue.event(booking.event);
    let until =
        When::new(booking.expires_at, event.map_or("UTC", |event| event.fields.venue.timezone.as_str()));
    Held {
        text: format!("You hold {} until", booking.quantity),
        until: until.iso,
        hour: until.hour,
        href: format!("/rush/checkout/{}", public.encode(booking.id)),
    }
}

/// The hold of `booking` at `now`.
#[must_use]
pub fn hold(booking: &Booking, now: Timestamp) -> Hold {
    let left = now.secs_until(booking.expires_at);
    let whole = booking.reserved_at.secs_until(booking.expires_at).max(1);
    Hold {
        until_ms: booking.expires_at.as_micros() / 1000,
        left: left_text(left),
        whole_ms: whole * 1000,
        share: format!("{}%", (left * 100 / whole).clamp(0, 100)),
        urgent: left < 60,
    }
}
