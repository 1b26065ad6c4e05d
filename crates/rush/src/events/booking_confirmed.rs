//! `booking.confirmed`: the buyer is written a mail.

use crate::app::App;
use crate::domain::booking_event;
use crate::domain::ids::BookingId;
use crate::usecase::booking_mail;
use bus::{Failure, Subscriber};
use kernel::{Event, Timestamp};
use std::sync::Arc;
use store::Tx;

/// Writes the mail.
pub(super) struct BookingConfirmed(pub Arc<App>);

impl Subscriber for BookingConfirmed {
    fn name(&self) -> &'static str {
        "booking_mail"
    }

    fn wants(&self, kind: &str) -> bool {
        kind == booking_event::CONFIRMED
    }

    fn handle(&self, tx: &mut Tx<'_>, event: &Event, now: Timestamp) -> Result<(), Failure> {
        Ok(booking_mail::run(&self.0, tx, BookingId(event.key), now)?)
    }
}
