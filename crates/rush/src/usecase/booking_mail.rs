//! Writes the buyer of a booking a mail, in the transaction of whoever asks.

use super::{mail_language, shop_url};
use crate::app::App;
use crate::domain::booking::Booking;
use crate::domain::booking_mail::{self, Addressee};
use crate::domain::ids::BookingId;
use crate::domain::mail_cause::MailCause;
use crate::store::bookings;
use identity::{addressee, users};
use kernel::Timestamp;
use mail::NewMail;
use serde_json::Value;
use store::{StoreError, Tx};

/// Writes it. Nothing is written for a booking whose buyer has no account here, or whose event is gone.
pub fn run(
    app: &App,
    tx: &mut Tx<'_>,
    id: BookingId,
    cause: &MailCause,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(booking) = bookings::by_id(tx, id)? else { return Ok(()) };
    to_buyer(app, tx, &booking, cause, now)
}

/// The same for a booking that was read.
pub(super) fn to_buyer(
    app: &App,
    tx: &mut Tx<'_>,
    booking: &Booking,
    cause: &MailCause,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(user) = users::by_id(tx, booking.user)? else { return Ok(()) };
    let catalogue = app.catalogue.fresh(tx)?;
    let locale = mail_language::of(tx, &catalogue, booking.user, Some(booking.tenant))?;
    let to = Addressee {
        name: &addressee(&user.name),
        locale: &locale,
        pages: &shop_url::pages(app, Some(booking.tenant)),
        booking: &app.public.encode(booking.id),
    };
    let Some(mut data) = booking_mail::values(&catalogue, booking, to) else { return Ok(()) };
    if let Some(reason) = cause.reason.as_deref().and_then(|word| booking_mail::reason(word, &locale)) {
        data.insert("reason".to_owned(), Value::from(reason));
    }
    if let Some(minor) = cause.refund_minor {
        data.insert("refund_amount".to_owned(), Value::from(booking.currency.write(minor)));
    }
    let mail = NewMail {
        id: app.ids.next(now),
        kind: cause.kind,
        tenant: Some(booking.tenant),
        user: Some(booking.user),
        about: Some(cause.about.clone()),
        recipient: user.email,
        locale,
        data,
        now,
        due_at: now,
    };
    mail::queue(tx, &mail).map(drop)
}
