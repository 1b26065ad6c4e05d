//! One round: start, load, kill at a drawn instant, start again, hold the server to its word.

use super::buyer::{self, Buyer};
use super::journal::{Attempt, Promise, Reserve};
use super::shop::{self, Shop};
use crate::site::{Load, Site};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use testkit::http::Client;

/// Connections that buy at once: enough for batches of several commands.
const BUYERS: u64 = 12;
/// The kill comes at an instant between these.
const LOAD_MS: std::ops::RangeInclusive<u64> = 200..=2000;
/// In one of four rounds the server is killed a second time, this soon after its restart, while it recovers.
const SECOND_KILL_MS: std::ops::RangeInclusive<u64> = 0..=150;
/// Acknowledged reserves of a round that are sent again: each must be answered with the same booking.
const REPEATS: usize = 50;
/// No hold may run out before this: the default of 600 s less a little for clocks cut to whole seconds.
const HOLD_MIN: Duration = Duration::from_secs(595);
/// Zones and seats: enough that sold-out is rare, few enough that rows are hot.
const ZONES: u32 = 8;
const SEATS: u32 = 200_000;

/// How the server of a round ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// As in a power cut: kill -9.
    Killed,
    /// As at an update: it is asked to end, and finishes what it accepted.
    Asked,
}

/// What happened, in numbers.
#[derive(Debug, Default)]
pub struct Counts {
    pub acknowledged: u64,
    /// Of the acknowledged ones, those paid and those released, with an answer to each.
    pub confirmed: u64,
    pub cancelled: u64,
    refused: u64,
    unknown: u64,
    /// Unknown reserves that a repeat shows as done or does now.
    settled: u64,
    repeats: u64,
    ready_ms_max: u128,
}

impl Counts {
    pub fn add(&mut self, other: &Self) {
        self.acknowledged += other.acknowledged;
        self.confirmed += other.confirmed;
        self.cancelled += other.cancelled;
        self.refused += other.refused;
        self.unknown += other.unknown;
        self.settled += other.settled;
        self.repeats += other.repeats;
        self.ready_ms_max = self.ready_ms_max.max(other.ready_ms_max);
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { acknowledged, confirmed, cancelled, refused, unknown, settled, repeats, ready_ms_max } =
            self;
        write!(
            out,
            "{acknowledged} acknowledged ({confirmed} paid, {cancelled} released), {refused} refused, {unknown} unknown ({settled} of them booked after a \
             repeat), {repeats} repeats answered alike, ready again within {ready_ms_max} ms"
        )
    }
}

/// A booking that was promised.
struct Remembered {
    booking: String,
    promise: Promise,
    since: Instant,
}

impl Remembered {
    fn is_kept_by(&self, status: &str) -> bool {
        self.promise.is_kept_by(status, self.since.elapsed() > HOLD_MIN)
    }
}

/// A run over many rounds on one database, which grows older with each.
pub struct Run {
    site: Site,
    shop: Arc<Shop>,
    rng: SmallRng,
    /// Every booking ever acknowledged, with the last promise about it.
    remembered: Vec<Remembered>,
}

impl Run {
    /// Starts the first server and opens the shop.
    pub fn begin(database: &[&str], seed: u64) -> Self {
        let site = Site::open(database);
        let shop = Arc::new(Shop::open(site.address(), ZONES, SEATS));
        Self { site, shop, rng: SmallRng::seed_from_u64(seed), remembered: Vec::new() }
    }

    /// Runs one round and panics at the first broken promise.
    pub fn round(&mut self, number: u64, end: End) -> Counts {
        let mut journal = self.load_and_end(end);
        let again =
            number.is_multiple_of(4).then(|| Duration::from_millis(self.rng.random_range(SECOND_KILL_MS)));
        let ready_ms_max = self.site.restart(again);
        let mut counts = Counts { ready_ms_max, ..Counts::default() };
        count(&journal, &mut counts);
        self.hold_to_promises(&journal);
        self.repeat_acknowledged(&journal, &mut counts);
        self.settle_unknown(&mut journal, &mut counts);
        self.remember(&journal);
        self.site.check();
        counts
    }

    /// Asks for every booking of all rounds; how many there are.
    pub fn verify_everything(&self) -> usize {
        assert_promises(self.site.address(), &self.remembered);
        self.remembered.len()
    }

    fn load_and_end(&mut self, end: End) -> Vec<Attempt> {
        let load = Load::begin((0..BUYERS).map(|_| self.buyer()).collect());
        std::thread::sleep(Duration::from_millis(self.rng.random_range(LOAD_MS)));
        match end {
            End::Killed => self.site.kill(),
            End::Asked => self.site.ask_to_end(),
        }
        load.end()
    }

    fn buyer(&mut self) -> impl FnOnce(&AtomicBool) -> Vec<Attempt> + Send + use<> {
        let shop = Arc::clone(&self.shop);
        let buyer = Buyer { shop, address: self.site.address(), seed: self.rng.random() };
        move |over| buyer.run(over)
    }

    fn hold_to_promises(&self, journal: &[Attempt]) {
        assert_promises(self.site.address(), &promises(journal));
    }

    /// The same key with the same body gives the same booking, after the crash too.
    fn repeat_acknowledged(&self, journal: &[Attempt], counts: &mut Counts) {
        let mut client = Client::new(self.site.address());
        let acknowledged = journal.iter().filter_map(|attempt| Some((attempt, booking_of(&attempt.answer)?)));
        for (attempt, booking) in acknowledged.take(REPEATS) {
            let again = buyer::reserve(&self.shop, &mut client, attempt);
            assert_eq!(booking_of(&again), Some(booking), "a repeat of {attempt:?} was answered {again:?}");
            counts.repeats += 1;
        }
    }

    /// Repeats what nobody knows, twice: the second answer must be the first.
    fn settle_unknown(&self, journal: &mut [Attempt], counts: &mut Counts) {
        let mut client = Client::new(self.site.address());
        for attempt in journal.iter_mut().filter(|attempt| attempt.answer == Reserve::Unknown) {
            let first = buyer::reserve(&self.shop, &mut client, attempt);
            let second = buyer::reserve(&self.shop, &mut client, attempt);
            assert_eq!(booking_of(&first), booking_of(&second), "two repeats of {attempt:?} differ");
            assert_ne!(first, Reserve::Unknown, "a repeat of {attempt:?} was not answered");
            counts.settled += u64::from(booking_of(&first).is_some());
            attempt.answer = first;
        }
    }

    fn remember(&mut self, journal: &[Attempt]) {
        self.remembered.extend(promises(journal));
    }
}

fn count(journal: &[Attempt], counts: &mut Counts) {
    for attempt in journal {
        match attempt.answer {
            Reserve::Acknowledged { promise, .. } => {
                counts.acknowledged += 1;
                counts.confirmed += u64::from(promise == Promise::Confirmed);
                counts.cancelled += u64::from(promise == Promise::Cancelled);
            }
            Reserve::Refused => counts.refused += 1,
            Reserve::Unknown => counts.unknown += 1,
        }
    }
}

fn booking_of(answer: &Reserve) -> Option<&str> {
    match answer {
        Reserve::Acknowledged { booking, .. } => Some(booking),
        Reserve::Refused | Reserve::Unknown => None,
    }
}

fn promises(journal: &[Attempt]) -> Vec<Remembered> {
    let since = Instant::now();
    let promise = |attempt: &Attempt| match &attempt.answer {
        Reserve::Acknowledged { booking, promise } => {
            Some(Remembered { booking: booking.clone(), promise: *promise, since })
        }
        Reserve::Refused | Reserve::Unknown => None,
    };
    journal.iter().filter_map(promise).collect()
}

fn assert_promises(address: SocketAddr, promises: &[Remembered]) {
    let bookings: Vec<&str> = promises.iter().map(|promised| promised.booking.as_str()).collect();
    let statuses = shop::statuses(address, &bookings);
    let broken = promises.iter().zip(&statuses).filter(|(promised, status)| !promised.is_kept_by(status));
    let broken: Vec<String> = broken
        .map(|(promised, status)| format!("{} {:?} is {status}", promised.booking, promised.promise))
        .collect();
    assert!(
        broken.is_empty(),
        "{} of {} promises broken: {:?}",
        broken.len(),
        promises.len(),
        broken.first()
    );
}
