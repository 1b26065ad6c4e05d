//! What happens to bookings and their money is written to the buyer: one mail of each kind about a booking.

use crate::app::App;
use crate::domain::ids::BookingId;
use crate::domain::mail_cause;
use crate::usecase::booking_mail;
use bus::{Failure, Subscriber};
use kernel::{Event, Timestamp};
use std::sync::Arc;
use store::Tx;

/// Queues the mails.
pub(super) struct BookingMails(pub Arc<App>);

impl Subscriber for BookingMails {
    fn name(&self) -> &'static str {
        "booking_mail"
    }

    fn wants(&self, kind: &str) -> bool {
        mail_cause::is_one(kind)
    }

    fn handle(&self, tx: &mut Tx<'_>, event: &Event, now: Timestamp) -> Result<(), Failure> {
        let Some(cause) = mail_cause::of(&event.kind, event.key, &event.payload) else { return Ok(()) };
        Ok(booking_mail::run(&self.0, tx, BookingId(event.key), &cause, now)?)
    }
}
