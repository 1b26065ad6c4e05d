//! The writer's side of the doors: load, decide, save for every ticket that is waiting.
//!
//! Bookings are locked in the order of their numbers, so that two nodes' gates, a refund and a ticket that is being passed on meet one
//! after the other.

use crate::domain::booking::Booking;
use crate::domain::check_in::{Admission, CheckIn, CheckInRequest, DoorBooking, DoorRefusal};
use crate::domain::ids::{BookingId, CheckInId};
use crate::store::{bookings, check_ins, tickets};
use kernel::{Clock, IdSource, Timestamp};
use std::collections::HashMap;
use std::sync::Arc;
use store::{BatchHandler, StoreError, Tx};

/// What a request got: an admission, or why not.
pub type CheckInOutcome = Result<Admission, DoorRefusal>;

/// Decides batches of check-ins.
pub struct CheckInHandler {
    ids: Arc<IdSource>,
    clock: Arc<dyn Clock>,
}

/// What a batch looks at, and what it makes.
struct Batch<'r> {
    bookings: HashMap<BookingId, DoorBooking>,
    made: Vec<CheckIn>,
    conflicts: Vec<(&'r CheckInRequest, CheckIn)>,
}

impl CheckInHandler {
    /// A handler.
    pub fn new(ids: Arc<IdSource>, clock: Arc<dyn Clock>) -> Self {
        Self { ids, clock }
    }
}

impl BatchHandler for CheckInHandler {
    type Command = CheckInRequest;
    type Outcome = CheckInOutcome;

    fn verb(&self) -> &'static str {
        "check_in"
    }

    fn handle(
        &self,
        tx: &mut Tx<'_>,
        requests: &[&CheckInRequest],
    ) -> Result<Vec<CheckInOutcome>, StoreError> {
        let mut batch = Batch::load(tx, requests)?;
        // Only now: loading may have waited for another node's locks.
        let now = self.clock.now();
        let mut outcomes = Vec::with_capacity(requests.len());
        for request in requests {
            outcomes.push(batch.decide(request, CheckInId(self.ids.next(now)), now));
        }
        batch.save(tx, now)?;
        Ok(outcomes)
    }
}

impl<'r> Batch<'r> {
    fn load(tx: &mut Tx<'_>, requests: &[&CheckInRequest]) -> Result<Self, StoreError> {
        let mut ids: Vec<i64> = requests.iter().map(|request| request.booking.0).collect();
        ids.sort_unstable();
        ids.dedup();
        let found = bookings::lock_all(tx, &ids)?;
        let mut stored: HashMap<BookingId, Vec<_>> = HashMap::new();
        for (booking, ticket) in tickets::of_bookings(tx, &ids)? {
            stored.entry(booking).or_default().push(ticket);
        }
        let mut undone: HashMap<BookingId, Vec<i64>> = HashMap::new();
        for (booking, scan_key) in check_ins::undone_scans(tx, &ids)? {
            undone.entry(booking).or_default().push(scan_key);
        }
        let at_the_door = |booking: Booking| {
            let stored = stored.remove(&booking.id).unwrap_or_default();
            let undone_scans = undone.remove(&booking.id).unwrap_or_default();
            (booking.id, DoorBooking { undone_scans, ..DoorBooking::new(booking, stored) })
        };
        let bookings = found.into_iter().map(at_the_door).collect();
        Ok(Self { bookings, made: Vec::new(), conflicts: Vec::new() })
    }

    fn decide(&mut self, request: &'r CheckInRequest, id: CheckInId, now: Timestamp) -> CheckInOutcome {
        let booking = self.bookings.get_mut(&request.booking).ok_or(DoorRefusal::NotATicket)?;
        let outcome = booking.check_in(request, id, now);
        match &outcome {
            Ok(admitted) if !admitted.replayed => self.made.push(admitted.check_in.clone()),
            // Somebody was let in without a network: nobody can be sent back, but it shall be known.
            Err(DoorRefusal::AlreadyEntered(before)) if request.scanned_at.is_some() => {
                self.conflicts.push((request, CheckIn::clone(before)));
            }
            Ok(_) | Err(_) => {}
        }
        outcome
    }

    fn save(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
        if !self.made.is_empty() {
            check_ins::insert(tx, &self.made)?;
            tickets::enter(tx, &self.made)?;
        }
        for (request, before) in &self.conflicts {
            check_ins::insert_conflict(tx, request, before, now)?;
        }
        Ok(())
    }
}
