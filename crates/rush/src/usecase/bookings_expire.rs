//! Expire: holds whose time is over give their seats back, without anybody asking.

use super::booking_settle::{self, Settling};
use crate::app::App;
use crate::domain::ids::BookingId;
use crate::store::bookings;
use ledger::holds_due;
use store::StoreError;

/// Holds expired in one transaction; the next thousand wait for the next one, so that buyers are not kept waiting.
pub const BATCH_MAX: i64 = 1000;

/// Expires what is due now, at most [`BATCH_MAX`]; how many. Two of these at once never expire a hold twice.
pub async fn run(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now();
    let due = app.store.read(move |tx| holds_due(tx, now, BATCH_MAX)).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let ids = app.ids.clone();
    let expired = app.store.write(move |tx| {
        let with = Settling { ids: &ids, now, random: 0 };
        let mut seats = Vec::with_capacity(due.len());
        for hold in &due {
            let Some(mut booking) = bookings::lock(tx, BookingId(hold.id))? else { continue };
            seats.extend(booking_settle::expire(tx, &with, &mut booking)?);
        }
        Ok::<_, StoreError>(seats)
    });
    let seats = expired.await?;
    let count = seats.len();
    app.availability.publish(seats);
    Ok(count)
}
