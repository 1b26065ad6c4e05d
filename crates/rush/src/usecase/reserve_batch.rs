//! The writer's side of a reservation: load, decide, save for every request that is waiting.

use crate::availability::{Availability, Seats};
use crate::catalogue::Catalogue;
use crate::domain::booking::Booking;
use crate::domain::booking_event;
use crate::domain::catalogue::Snapshot;
use crate::domain::ids::{BookingId, EventId};
use crate::domain::offer::Offer;
use crate::domain::queue::{PresentedPass, StoredPass, admit};
use crate::domain::reserve::{BuyerAccount, Numbers, ReserveRefusal, ReserveRequest, decide};
use crate::domain::seats::locator_kind;
use crate::store::{bookings, queue_passes};
use crate::waiting::WaitingRooms;
use kernel::{IdSource, Timestamp};
use ledger::{Book, Declined};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use store::keyed::{Decided, Earlier, Key, KeyKind, KeyedHandler, KeyedVerb, Keys, Lifetime, Saved};
use store::locator::{Kind, Locators, Place};
use store::{StoreError, Tx};

/// Which keys reservations are known by: a booking answers to its key for as long as it exists.
pub const KEYS: &[KeyKind] = &[KeyKind { number: locator_kind::BOOKING_KEY, lifetime: Lifetime::Forever }];

/// What a request got.
#[derive(Debug, Clone)]
pub struct ReserveOutcome {
    /// The booking, fresh or of an earlier request with the same key; or why not.
    pub verdict: Result<Reserved, ReserveRefusal>,
    /// What the zone had left, where this request changed it.
    seats: Option<Seats>,
    /// The pass it used up, if it needed one.
    pass: Option<i64>,
}

impl ReserveOutcome {
    /// An outcome that moved no seat.
    const fn unmoved(verdict: Result<Reserved, ReserveRefusal>) -> Self {
        Self { verdict, seats: None, pass: None }
    }
}

/// A held booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserved {
    /// The booking as it was when it was made.
    pub booking: Booking,
    /// Whether an earlier request made it.
    pub replayed: bool,
}

/// Decides batches of reservations.
pub type ReserveHandler = KeyedHandler<ReserveVerb>;

/// What reserving works with.
pub struct ReserveVerb {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) availability: Arc<Availability>,
    pub(crate) waiting: Arc<WaitingRooms>,
    pub(crate) ids: Arc<IdSource>,
}

/// Everything a batch of requests looks at, and what it makes.
pub struct Batch {
    snapshot: Arc<Snapshot>,
    book: Book,
    /// Buyers' accounts by (user, event).
    buyers: HashMap<(i64, EventId), i64>,
    made: Vec<Booking>,
    /// The accounts that were opened, to be found again.
    opened: Locators,
    /// Passes of waiting rooms that came with requests, by number.
    passes: HashMap<i64, StoredPass>,
    /// Passes that are used up, each with its booking.
    used: Vec<(i64, i64)>,
}

impl KeyedVerb for ReserveVerb {
    type Command = ReserveRequest;
    type Outcome = ReserveOutcome;
    type Made = Booking;
    type Batch = Batch;

    const KIND: Kind = locator_kind::BOOKING_KEY;

    fn name(&self) -> &'static str {
        "reserve"
    }

    fn key(request: &ReserveRequest) -> Key {
        Key { owner: request.user.0, hash: request.key_hash }
    }

    fn load(
        &self,
        tx: &mut Tx<'_>,
        keys: &Keys,
        requests: &[&ReserveRequest],
    ) -> Result<(Batch, Earlier<Booking>), StoreError> {
        let (mut epoch, mut passes, mut book, mut found) = (0, Vec::new(), Book::new(), Vec::new());
        let mut earlier = Earlier::default();
        let mut flight = tx.flight();
        Catalogue::query_epoch(&mut flight, &mut epoch)?;
        // Before the zones, on every node, so that nobody waits crosswise.
        queue_passes::query_locked(&mut flight, &passes_of(requests), &mut passes)?;
        let zones: Vec<_> = requests.iter().map(|request| request.zone.0).collect();
        book.query_accounts_at(&mut flight, &buyers_of(requests), &zones, &mut found)?;
        // Only under the zones' locks: another node's booking of the same key is seen or waits for ours.
        let asked = requests.iter().map(|request| Self::key(request)).collect();
        earlier.query(&mut flight, keys, asked, bookings::MAKING)?;
        flight.land()?;
        let snapshot = self.catalogue.of_epoch(tx, epoch)?;
        let buyers = found.into_iter().map(|((user, _, event), id)| ((user, EventId(event)), id)).collect();
        let passes = passes.into_iter().map(|pass: StoredPass| (pass.id, pass)).collect();
        let made = Vec::with_capacity(requests.len());
        let opened = Locators::default();
        Ok((Batch { snapshot, book, buyers, made, opened, passes, used: Vec::new() }, earlier))
    }

    fn is_same(booking: &Booking, request: &ReserveRequest) -> bool {
        booking.request_hash == request.request_hash
    }

    fn repeat(&self, booking: &Booking, _: &ReserveRequest) -> ReserveOutcome {
        ReserveOutcome::unmoved(Ok(Reserved { booking: booking.clone(), replayed: true }))
    }

    fn refuse_changed(&self, _: &ReserveRequest) -> ReserveOutcome {
        ReserveOutcome::unmoved(Err(ReserveRefusal::KeyReused))
    }

    fn decide(
        &self,
        batch: &mut Batch,
        request: &ReserveRequest,
        now: Timestamp,
    ) -> Result<Decided<Self>, StoreError> {
        let numbers = batch.numbers(&self.ids, request, now);
        let snapshot = Arc::clone(&batch.snapshot);
        let offer = snapshot.offer(request.zone);
        let pass = match batch.admit(request, offer, now) {
            Ok(pass) => pass,
            Err(refusal) => {
                let outcome = ReserveOutcome::unmoved(Err(ReserveRefusal::Queue(refusal)));
                return Ok(Decided { outcome, made: None });
            }
        };
        match decide(batch.book.rules(), request, offer, numbers, now) {
            Ok(booking) => {
                batch.use_up(pass, booking.id);
                let mut kept = batch.keep(request, booking, numbers.buyer);
                kept.outcome.pass = pass;
                Ok(kept)
            }
            Err(Declined::Refused(refusal)) => {
                Ok(Decided { outcome: ReserveOutcome::unmoved(Err(refusal)), made: None })
            }
            Err(Declined::Fault(fault)) => Err(fault.into()),
        }
    }

    fn id(booking: &Booking) -> i64 {
        booking.id.0
    }

    fn save(&self, tx: &mut Tx<'_>, mut batch: Batch, now: Timestamp) -> Result<Saved, StoreError> {
        batch.book.save(tx)?;
        bookings::insert(tx, &batch.made)?;
        queue_passes::use_up(tx, &batch.used, now)?;
        let event = |booking: &Booking| booking_event::created(self.ids.next(booking.reserved_at), booking);
        Ok(Saved { events: batch.made.iter().map(event).collect(), entries: batch.opened })
    }

    fn publish(&self, outcomes: &[ReserveOutcome]) {
        self.availability.publish(outcomes.iter().filter_map(|outcome| outcome.seats));
        let mut used = outcomes.iter().filter_map(|outcome| outcome.pass).peekable();
        if used.peek().is_some() {
            self.waiting.record_used(used);
        }
    }
}

impl Batch {
    /// New numbers for a request; those of a refused one are never used.
    fn numbers(&self, ids: &IdSource, request: &ReserveRequest, now: Timestamp) -> Numbers {
        let known = self.buyers.get(&(request.user.0, request.event));
        let buyer = match known {
            Some(account) => BuyerAccount::Open(*account),
            None => BuyerAccount::New(ids.next(now)),
        };
        Numbers { buyer, booking: BookingId(ids.next(now)) }
    }

    /// The pass that the request uses up; none: there is no waiting room. What is no offer is refused by another word.
    fn admit(
        &self,
        request: &ReserveRequest,
        offer: Option<&Offer>,
        now: Timestamp,
    ) -> Result<Option<i64>, crate::domain::queue::PassRefusal> {
        let event = request.event;
        let queue = self.snapshot.queue(event).filter(|queue| queue.is_on(now));
        if queue.is_none() || offer.is_none_or(|offer| offer.event != event) {
            return Ok(None);
        }
        let stored = match request.pass {
            PresentedPass::Signed(id) => self.passes.get(&id),
            PresentedPass::Missing | PresentedPass::Refused(_) => None,
        };
        admit(request.pass, stored, (request.user.0, event), now).map(Some)
    }

    fn use_up(&mut self, pass: Option<i64>, booking: BookingId) {
        let Some(id) = pass else { return };
        if let Some(stored) = self.passes.get_mut(&id) {
            stored.booking = Some(booking.0);
        }
        self.used.push((id, booking.0));
    }

    fn keep(
        &mut self,
        request: &ReserveRequest,
        booking: Booking,
        buyer: BuyerAccount,
    ) -> Decided<ReserveVerb> {
        if let BuyerAccount::New(account) = buyer {
            self.buyers.insert((request.user.0, request.event), account);
            self.opened.add(request.user.0, locator_kind::BUYER_ACCOUNT, request.event.0, account);
        }
        self.made.push(booking.clone());
        let seats = self.book.account(booking.zone.0).map(|zone| Seats::of(zone, booking.id.0));
        let verdict = Ok(Reserved { booking: booking.clone(), replayed: false });
        Decided { outcome: ReserveOutcome { verdict, seats, pass: None }, made: Some(booking) }
    }
}

/// The passes that came with requests.
fn passes_of(requests: &[&ReserveRequest]) -> Vec<i64> {
    let ids = requests.iter().filter_map(|request| match request.pass {
        PresentedPass::Signed(id) => Some(id),
        PresentedPass::Missing | PresentedPass::Refused(_) => None,
    });
    let ids: BTreeSet<_> = ids.collect();
    ids.into_iter().collect()
}

/// One place a request: the account of its buyer.
fn buyers_of(requests: &[&ReserveRequest]) -> Vec<Place> {
    let place = |request: &&ReserveRequest| (request.user.0, locator_kind::BUYER_ACCOUNT, request.event.0);
    requests.iter().map(place).collect()
}
