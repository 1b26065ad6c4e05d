//! Release: the buyer gives held seats back.

use super::booking_lock;
use super::booking_settle::{self, Settling};
use crate::app::App;
use crate::domain::booking::{Booking, BookingRefusal, may_release};
use crate::domain::ids::BookingId;
use crate::refusals;
use kernel::{Actor, Refusal};

/// Gives the seats of the caller's booking back, once.
pub async fn run(app: &App, actor: Actor, id: BookingId) -> Result<Booking, Refusal> {
    let (ids, now) = (app.ids.clone(), app.clock.now());
    let released = app.store.write(move |tx| {
        let mut booking = booking_lock::booking(tx, id, |booking| booking.belongs_to(actor))?;
        may_release(&booking, now).map_err(refusals::of_booking)?;
        let with = Settling { ids: &ids, now, random: 0 };
        let seats = booking_settle::cancel(tx, &with, &mut booking, "user_cancelled")?;
        let seats = seats.ok_or_else(|| refusals::of_booking(BookingRefusal::AlreadyReleased))?;
        Ok::<_, Refusal>((booking, seats))
    });
    let (booking, seats) = released.await?;
    app.availability.publish([seats]);
    Ok(booking)
}
