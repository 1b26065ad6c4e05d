//! Writes the buyer of a confirmed booking a mail with the way to the ticket, in the transaction of whoever asks.

use super::shop_url;
use crate::app::App;
use crate::domain::booking_mail;
use crate::domain::ids::BookingId;
use crate::store::bookings;
use identity::mail::{self, Mail};
use identity::users;
use kernel::Timestamp;
use store::{StoreError, Tx};

/// Writes it. Nothing is written for a booking whose buyer has no account here, or that has no code.
pub fn run(app: &App, tx: &mut Tx<'_>, id: BookingId, now: Timestamp) -> Result<(), StoreError> {
    let Some(booking) = bookings::by_id(tx, id)? else { return Ok(()) };
    let Some(user) = users::by_id(tx, booking.user)? else { return Ok(()) };
    let catalogue = app.catalogue.fresh(tx)?;
    let ticket = app.public.encode(booking.id);
    let link = format!("{}/my-bookings/{ticket}/ticket", shop_url::pages(app, Some(booking.tenant)));
    let Some(text) = booking_mail::confirmation(&catalogue, &booking, &mail::addressee(&user.name), &link)
    else {
        return Ok(());
    };
    let mail = Mail {
        id: app.ids.next(now),
        tenant: Some(booking.tenant),
        recipient: user.email,
        subject: text.subject,
        body: text.body,
        created_at: now,
    };
    mail::append(tx, &mail)
}
