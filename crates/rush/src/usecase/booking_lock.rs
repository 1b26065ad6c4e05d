//! The booking of a verb that decides about it: found, locked, and there for its caller.

use crate::domain::booking::{Booking, BookingRefusal};
use crate::domain::ids::BookingId;
use crate::refusals;
use crate::store::bookings;
use kernel::Refusal;
use store::Tx;

/// The booking, locked until the transaction ends, if `may` lets its caller decide about it. Anything else is not found.
pub(super) fn booking(
    tx: &mut Tx<'_>,
    id: BookingId,
    may: impl FnOnce(&Booking) -> bool,
) -> Result<Booking, Refusal> {
    found(bookings::lock(tx, id)?.filter(may))
}

/// The booking, or the refusal that tells a foreign one and none at all alike.
pub(super) fn found(booking: Option<Booking>) -> Result<Booking, Refusal> {
    found_with(booking)
}

/// The same for what was found together with it.
pub(super) fn found_with<T>(found: Option<T>) -> Result<T, Refusal> {
    found.ok_or_else(|| refusals::of_booking(BookingRefusal::BookingNotFound))
}
