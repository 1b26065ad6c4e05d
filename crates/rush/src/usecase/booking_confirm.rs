//! Confirm: the buyer asks for the confirmation of a paid booking. Settling the payment has confirmed it already; this
//! answers with it once, and says so ever after.

use crate::app::App;
use crate::domain::booking::{Booking, BookingRefusal, may_confirm};
use crate::domain::ids::{BookingId, PaymentId};
use crate::domain::role;
use crate::refusals;
use crate::store::bookings;
use kernel::{Actor, Refusal};

/// The confirmed booking, the first time it is asked for with the payment that settled it.
pub async fn run(app: &App, actor: Actor, id: BookingId, payment: PaymentId) -> Result<Booking, Refusal> {
    let now = app.clock.now();
    let confirmed = app.store.write(move |tx| {
        let mine = |booking: &Booking| booking.user == actor.user || actor.role == role::SERVICE;
        let found = bookings::lock(tx, id)?.filter(mine);
        let mut booking = found.ok_or_else(|| refusals::of_booking(BookingRefusal::BookingNotFound))?;
        may_confirm(&booking, payment.0, now).map_err(refusals::of_booking)?;
        booking.acknowledged = true;
        bookings::save_state(tx, &booking)?;
        Ok::<_, Refusal>(booking)
    });
    confirmed.await
}
