//! One round: start, load, kill at a drawn instant, start again, hold the server to its word.

use super::buyer::{self, Buyer};
use super::journal::{Attempt, Promise, Reserve};
use super::shop::{self, Shop};
use crate::counts::{self, Answer as _};
use crate::site::{Load, Site, second_kill};
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
/// A second kill comes this soon after a restart, while the server recovers.
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

/// What happened, in numbers; of the acknowledged reserves also those paid and those released, with an answer to each.
#[derive(Debug, Default)]
pub struct Counts {
    pub reserves: counts::Counts,
    pub confirmed: u64,
    pub cancelled: u64,
}

impl Counts {
    fn of(journal: &[Attempt], ready_ms: u128) -> Self {
        let reserves = counts::Counts::of(journal.iter().map(|attempt| &attempt.answer), ready_ms);
        let mut counts = Self { reserves, ..Self::default() };
        for attempt in journal {
            let Reserve::Acknowledged { promise, .. } = attempt.answer else { continue };
            counts.confirmed += u64::from(promise == Promise::Confirmed);
            counts.cancelled += u64::from(promise == Promise::Cancelled);
        }
        counts
    }

    pub fn add(&mut self, other: &Self) {
        self.reserves.add(&other.reserves);
        self.confirmed += other.confirmed;
        self.cancelled += other.cancelled;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reserves, confirmed, cancelled } = self;
        write!(out, "{reserves}; {confirmed} of the acknowledged paid, {cancelled} released")
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
        let again = second_kill(number, &mut self.rng, SECOND_KILL_MS);
        let ready_ms = self.site.restart(again);
        let mut counts = Counts::of(&journal, ready_ms);
        self.hold_to_promises(&journal);
        self.repeat_acknowledged(&journal, &mut counts.reserves);
        self.settle_unknown(&mut journal, &mut counts.reserves);
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
    fn repeat_acknowledged(&self, journal: &[Attempt], counts: &mut counts::Counts) {
        let mut client = Client::new(self.site.address());
        let acknowledged = journal.iter().filter_map(|attempt| Some((attempt, attempt.answer.made()?)));
        for (attempt, booking) in acknowledged.take(REPEATS) {
            let again = buyer::reserve(&self.shop, &mut client, attempt);
            assert_eq!(again.made(), Some(booking), "a repeat of {attempt:?} was answered {again:?}");
            counts.repeats += 1;
        }
    }

    fn settle_unknown(&self, journal: &mut [Attempt], counts: &mut counts::Counts) {
        let mut client = Client::new(self.site.address());
        for attempt in journal.iter_mut().filter(|attempt| attempt.answer == Reserve::Unknown) {
            attempt.answer = counts.settle(attempt, || buyer::reserve(&self.shop, &mut client, attempt));
        }
    }

    fn remember(&mut self, journal: &[Attempt]) {
        self.remembered.extend(promises(journal));
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
