//! What a buyer is written when a booking is confirmed: the words alone. Who gets it and how it leaves is elsewhere.

use super::booking::Booking;
use super::catalogue::Snapshot;
use super::show_time;

/// Subject and text of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailText {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

/// The confirmation of `booking` for a buyer called `name`; `link` leads to the ticket. `None`: the booking has no code, or
/// what it is for is gone from the catalogue.
#[must_use]
pub fn confirmation(catalogue: &Snapshot, booking: &Booking, name: &str, link: &str) -> Option<MailText> {
    let code = booking.confirmation_code.as_deref()?;
    let event = &catalogue.event(booking.event)?.fields;
    let show = &catalogue.show(booking.show)?.fields;
    let zone = &catalogue.zone(booking.zone)?.fields.name;
    let when = show_time::in_words(show.starts_at, &event.venue.timezone);
    let seats =
        if booking.quantity == 1 { "1 seat".to_owned() } else { format!("{} seats", booking.quantity) };
    let total = booking.currency.write(booking.total_minor);
    let title = &event.name;
    let body = format!(
        "Hello {name},\n\nyour tickets are paid for and yours:\n\n{title}\n{when}\n{seats}, {zone}\n{total}\n\n\
         Code {code}. Your ticket with its QR code:\n\n{link}\n"
    );
    Some(MailText { subject: format!("Your tickets: {title}"), body })
}
