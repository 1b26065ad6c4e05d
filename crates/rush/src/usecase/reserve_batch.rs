//! The writer's side of a reservation: load, decide, save for every request that is waiting.

use crate::availability::{Availability, Seats};
use crate::catalogue::Catalogue;
use crate::domain::booking::Booking;
use crate::domain::booking_event;
use crate::domain::catalogue::Snapshot;
use crate::domain::ids::{BookingId, EventId};
use crate::domain::offer::Offer;
use crate::domain::reserve::{ReserveRefusal, ReserveRequest, in_our_words, may_ask};
use crate::domain::seats::{buyer_account, locator_kind, transfer_code};
use crate::store::bookings;
use kernel::{Clock, IdSource, Timestamp};
use ledger::{Book, Transfer};
use std::collections::HashMap;
use std::sync::Arc;
use store::locator::Locators;
use store::{BatchHandler, KnownKeys, StoreError, Tx, outbox};

/// What a request got.
#[derive(Debug, Clone)]
pub struct ReserveOutcome {
    /// The booking, fresh or of an earlier request with the same key; or why not.
    pub verdict: Result<Reserved, ReserveRefusal>,
    /// What the zone had left, where this request changed it.
    seats: Option<Seats>,
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
pub struct ReserveHandler {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) availability: Arc<Availability>,
    pub(crate) ids: Arc<IdSource>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) known_keys: Arc<KnownKeys>,
}

impl BatchHandler for ReserveHandler {
    type Command = ReserveRequest;
    type Outcome = ReserveOutcome;

    fn verb(&self) -> &'static str {
        "reserve"
    }

    fn handle(
        &self,
        tx: &mut Tx<'_>,
        requests: &[&ReserveRequest],
    ) -> Result<Vec<ReserveOutcome>, StoreError> {
        let now = self.clock.now();
        let snapshot = self.catalogue.fresh(tx)?;
        let mut batch = Batch::load(tx, &snapshot, &self.known_keys, requests)?;
        let outcomes = requests.iter().map(|request| batch.decide(&self.ids, request, now)).collect();
        batch.save(tx, &self.ids)?;
        for request in requests {
            self.known_keys.note(request.user.0, locator_kind::BOOKING_KEY, request.key_hash);
        }
        Ok(outcomes)
    }

    fn committed(&self, outcomes: &[ReserveOutcome]) {
        self.availability.publish(outcomes.iter().filter_map(|outcome| outcome.seats));
    }
}

/// Everything a batch of requests looks at, and what it makes.
struct Batch<'s> {
    snapshot: &'s Snapshot,
    book: Book,
    /// Bookings by (user, key), from before and from this batch.
    by_key: HashMap<(i64, i64), Booking>,
    /// Buyers' accounts by (user, event).
    buyers: HashMap<(i64, EventId), i64>,
    made: Vec<Booking>,
    located: Locators,
}

impl<'s> Batch<'s> {
    fn load(
        tx: &mut Tx<'_>,
        snapshot: &'s Snapshot,
        known_keys: &KnownKeys,
        requests: &[&ReserveRequest],
    ) -> Result<Self, StoreError> {
        let mut accounts = Vec::with_capacity(requests.len() * 2);
        let mut buyers = HashMap::with_capacity(requests.len());
        for (request, found) in requests.iter().zip(buyers_of(requests).find(tx)?) {
            if let Some(account) = found {
                buyers.insert((request.user.0, request.event), account);
                accounts.push(account);
            }
            accounts.push(request.zone.0);
        }
        Ok(Self {
            snapshot,
            book: Book::load(tx, &accounts)?,
            by_key: load_earlier(tx, known_keys, requests)?,
            buyers,
            made: Vec::with_capacity(requests.len()),
            located: Locators::default(),
        })
    }

    fn decide(&mut self, ids: &IdSource, request: &ReserveRequest, now: Timestamp) -> ReserveOutcome {
        if let Some(earlier) = self.by_key.get(&(request.user.0, request.key_hash)) {
            let verdict = if earlier.request_hash == request.request_hash {
                Ok(Reserved { booking: earlier.clone(), replayed: true })
            } else {
                Err(ReserveRefusal::KeyReused)
            };
            return ReserveOutcome { verdict, seats: None };
        }
        match self.reserve(ids, request, now) {
            Ok(booking) => {
                let seats = self.book.account(booking.zone.0).map(|zone| Seats::of(zone, booking.id.0));
                ReserveOutcome { verdict: Ok(Reserved { booking, replayed: false }), seats }
            }
            Err(refusal) => ReserveOutcome { verdict: Err(refusal), seats: None },
        }
    }

    fn reserve(
        &mut self,
        ids: &IdSource,
        request: &ReserveRequest,
        now: Timestamp,
    ) -> Result<Booking, ReserveRefusal> {
        let offer = may_ask(request, self.snapshot.offer(request.zone), now)?;
        let buyer = self.buyers.get(&(request.user.0, request.event)).copied();
        let account = buyer.unwrap_or_else(|| ids.next(now));
        let id = BookingId(ids.next(now));
        let booking = Booking::reserve(id, request.user, &offer, request.quantity, request.request_hash, now)
            .ok_or(ReserveRefusal::TotalTooLarge)?;
        self.hold(request, &offer, &booking, (buyer.is_none(), account), now)?;
        self.note(request, &booking, (buyer.is_none(), account));
        Ok(booking)
    }

    /// The pending transfer from the zone to the buyer, whose account is opened with it when it is the first.
    fn hold(
        &mut self,
        request: &ReserveRequest,
        offer: &Offer,
        booking: &Booking,
        (first, account): (bool, i64),
        now: Timestamp,
    ) -> Result<(), ReserveRefusal> {
        let between = (booking.zone.0, account);
        let transfer = Transfer::pending(
            booking.id.0,
            between,
            booking.quantity,
            booking.expires_at,
            transfer_code::RESERVE,
        );
        let cap = offer.max_per_user;
        let held = if first {
            let buyer = buyer_account(account, request.user, request.event, cap);
            self.book.open_and_transfer(buyer, &transfer, now)
        } else {
            self.book.set_ceiling(account, cap);
            self.book.transfer(&transfer, now)
        };
        let free = || self.book.account(between.0).map_or(0, |zone| zone.balances.available());
        let owned = || self.book.account(account).map_or(0, |buyer| buyer.balances.committed());
        held.map(drop).map_err(|refusal| in_our_words(refusal, request, cap, free(), owned()))
    }

    fn note(&mut self, request: &ReserveRequest, booking: &Booking, (first, account): (bool, i64)) {
        if first {
            self.buyers.insert((request.user.0, request.event), account);
            self.located.add(request.user.0, locator_kind::BUYER_ACCOUNT, request.event.0, account);
        }
        self.located.add(request.user.0, locator_kind::BOOKING_KEY, request.key_hash, booking.id.0);
        self.by_key.insert((request.user.0, request.key_hash), booking.clone());
        self.made.push(booking.clone());
    }

    fn save(&mut self, tx: &mut Tx<'_>, ids: &IdSource) -> Result<(), StoreError> {
        if self.made.is_empty() {
            return Ok(());
        }
        self.book.save(tx)?;
        bookings::insert(tx, &self.made)?;
        self.located.insert(tx)?;
        let events: Vec<_> = self
            .made
            .iter()
            .map(|booking| booking_event::created(ids.next(booking.reserved_at), booking))
            .collect();
        outbox::append(tx, &events)
    }
}

/// One look-up a request: the account of its buyer.
fn buyers_of(requests: &[&ReserveRequest]) -> Locators {
    let mut questions = Locators::default();
    for request in requests {
        questions.ask(request.user.0, locator_kind::BUYER_ACCOUNT, request.event.0);
    }
    questions
}

/// What earlier requests made with the same keys. Most keys are new, and the filter knows it without the database.
fn load_earlier(
    tx: &mut Tx<'_>,
    known_keys: &KnownKeys,
    requests: &[&ReserveRequest],
) -> Result<HashMap<(i64, i64), Booking>, StoreError> {
    let keys = requests.iter().map(|request| (request.user.0, request.key_hash));
    let mut questions = Locators::default();
    keys.clone().for_each(|(user, key)| questions.ask(user, locator_kind::BOOKING_KEY, key));
    let found = questions.find_unless(tx, |user, kind, key| known_keys.surely_new(user, kind, key))?;
    let key_of: HashMap<_, _> =
        found.into_iter().zip(keys).filter_map(|(booking, key)| Some((booking?, key))).collect();
    let ids: Vec<_> = key_of.keys().copied().collect();
    let bookings = bookings::by_ids(tx, &ids)?;
    Ok(bookings.into_iter().map(|booking| (key_of[&booking.id.0], booking)).collect())
}
