//! One round: start, load, kill at a drawn instant, start again, hold the server to its word.

use crate::buyer::{self, Buyer};
use crate::journal::{Attempt, Promise, Reserve};
use crate::shop::{self, Shop};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use testkit::http::Client;
use testkit::server::{Server, command, free_address};

const BINARY: &str = env!("CARGO_BIN_EXE_fairground");
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
    args: Vec<String>,
    database: Vec<String>,
    address: SocketAddr,
    server: Server,
    shop: Arc<Shop>,
    rng: SmallRng,
    /// Every booking ever acknowledged, with the last promise about it.
    remembered: Vec<Remembered>,
}

impl Run {
    /// Starts the first server and opens the shop.
    pub fn begin(database: &[&str], seed: u64) -> Self {
        let database: Vec<String> = database.iter().map(|arg| (*arg).to_owned()).collect();
        let mut args = vec!["serve".to_owned(), "--profile".to_owned(), "load".to_owned()];
        args.extend(database.iter().cloned());
        let address = free_address();
        let mut server = start(&args, address);
        server.wait_until_ready();
        let shop = Arc::new(Shop::open(address, ZONES, SEATS));
        let rng = SmallRng::seed_from_u64(seed);
        Self { args, database, address, server, shop, rng, remembered: Vec::new() }
    }

    /// Runs one round and panics at the first broken promise.
    pub fn round(&mut self, number: u64, end: End) -> Counts {
        let mut journal = self.load_and_end(end);
        let ready_ms_max = self.restart(number);
        let mut counts = Counts { ready_ms_max, ..Counts::default() };
        count(&journal, &mut counts);
        self.hold_to_promises(&journal);
        self.repeat_acknowledged(&journal, &mut counts);
        self.settle_unknown(&mut journal, &mut counts);
        self.remember(&journal);
        self.check_invariants();
        counts
    }

    /// Asks for every booking of all rounds; how many there are.
    pub fn verify_everything(&self) -> usize {
        assert_promises(self.address, &self.remembered);
        self.remembered.len()
    }

    fn load_and_end(&mut self, end: End) -> Vec<Attempt> {
        let over = Arc::new(AtomicBool::new(false));
        let buyers: Vec<_> = (0..BUYERS).map(|_| self.send_buyer(&over)).collect();
        std::thread::sleep(Duration::from_millis(self.rng.random_range(LOAD_MS)));
        match end {
            End::Killed => self.server.kill(),
            End::Asked => {
                let status = self.server.stop().expect("a server that is asked to end does so in its time");
                assert!(status.success(), "ended with {status}:\n{}", self.server.log());
            }
        }
        over.store(true, Ordering::Relaxed);
        buyers
            .into_iter()
            .flat_map(|buyer| buyer.join().expect("a buyer got an undocumented answer"))
            .collect()
    }

    fn send_buyer(&mut self, over: &Arc<AtomicBool>) -> std::thread::JoinHandle<Vec<Attempt>> {
        let buyer = Buyer {
            shop: Arc::clone(&self.shop),
            address: self.address,
            seed: self.rng.random(),
            over: Arc::clone(over),
        };
        std::thread::spawn(move || buyer.run())
    }

    /// Starts the server again on the same database and address; milliseconds until it was ready.
    fn restart(&mut self, number: u64) -> u128 {
        if number.is_multiple_of(4) {
            let mut short_lived = start(&self.args, self.address);
            std::thread::sleep(Duration::from_millis(self.rng.random_range(SECOND_KILL_MS)));
            short_lived.kill();
        }
        let begun = Instant::now();
        self.server = start(&self.args, self.address);
        self.server.wait_until_ready();
        begun.elapsed().as_millis()
    }

    fn hold_to_promises(&self, journal: &[Attempt]) {
        assert_promises(self.address, &promises(journal));
    }

    /// The same key with the same body gives the same booking, after the crash too.
    fn repeat_acknowledged(&self, journal: &[Attempt], counts: &mut Counts) {
        let mut client = Client::new(self.address);
        let acknowledged = journal.iter().filter_map(|attempt| Some((attempt, booking_of(&attempt.answer)?)));
        for (attempt, booking) in acknowledged.take(REPEATS) {
            let again = buyer::reserve(&self.shop, &mut client, attempt);
            assert_eq!(booking_of(&again), Some(booking), "a repeat of {attempt:?} was answered {again:?}");
            counts.repeats += 1;
        }
    }

    /// Repeats what nobody knows, twice: the second answer must be the first.
    fn settle_unknown(&self, journal: &mut [Attempt], counts: &mut Counts) {
        let mut client = Client::new(self.address);
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

    /// The independent checker, from the raw tables, while the server runs.
    fn check_invariants(&self) {
        let checked = command(BINARY).arg("check").args(&self.database).output().expect("the binary starts");
        let said = String::from_utf8_lossy(&checked.stdout);
        let errors = String::from_utf8_lossy(&checked.stderr);
        assert!(checked.status.success(), "fairground check found something wrong:\n{said}\n{errors}");
    }
}

fn start(args: &[String], address: SocketAddr) -> Server {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    Server::start_at(BINARY, &args, address)
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
