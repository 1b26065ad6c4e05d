//! Quote: what some seats of a paid booking give back now.

use super::booking_lock;
use crate::app::App;
use crate::catalogue::Snapshot;
use crate::domain::booking::Booking;
use crate::domain::ids::BookingId;
use crate::domain::refund::RefundRefusal;
use crate::domain::refund_quote::{RefundQuote, RefundTerms, quote, terms_of};
use crate::refusals;
use crate::store::bookings;
use kernel::{Actor, Refusal};

/// What `quantity` seats of the booking (all that are left without a number) give back, for its buyer and for the
/// administrators of its tenant.
pub async fn run(
    app: &App,
    actor: Actor,
    id: BookingId,
    quantity: Option<i64>,
) -> Result<RefundQuote, Refusal> {
    let now = app.clock.now();
    let found = app.store.read(move |tx| bookings::by_id(tx, id)).await?;
    let booking = booking_lock::found(found.filter(|booking| booking.is_visible_to(actor)))?;
    let terms = terms(&app.catalogue.current(), &booking)?;
    quote(&booking, &terms, quantity, now).map_err(refusals::of_refund)
}

/// What is promised for `booking`.
pub(super) fn terms(catalogue: &Snapshot, booking: &Booking) -> Result<RefundTerms, Refusal> {
    terms_of(catalogue, booking).ok_or_else(|| refusals::of_refund(RefundRefusal::RefundNotFound))
}
