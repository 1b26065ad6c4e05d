//! Confirm: the buyer asks for the confirmation of a paid booking. Settling the payment has confirmed it already; this
//! answers with it once, and says so ever after.

use super::booking_lock;
use crate::app::App;
use crate::domain::booking::{Booking, may_confirm};
use crate::domain::ids::{BookingId, PaymentId};
use crate::refusals;
use crate::store::bookings;
use kernel::{Actor, Refusal};

/// The confirmed booking, the first time it is asked for with the payment that settled it. `payment` is `None` where the
/// caller named none of ours.
pub async fn run(
    app: &App,
    actor: Actor,
    id: BookingId,
    payment: Option<PaymentId>,
) -> Result<Booking, Refusal> {
    let now = app.clock.now();
    let confirmed = app.store.write(move |tx| {
        let mut booking = booking_lock::booking(tx, id, |booking| booking.may_be_confirmed_by(actor))?;
        may_confirm(&booking, payment, now).map_err(refusals::of_booking)?;
        booking.acknowledged = true;
        bookings::save_state(tx, &booking)?;
        Ok::<_, Refusal>(booking)
    });
    confirmed.await
}
