//! One round: load, the end, a start, and the server is held to its word.

use super::audit::{self, Outcomes};
use super::bettor::{self, Bettor};
use super::journal::{PlaceResponse, Promise, Tap};
use super::points::Points;
use super::table::Table;
use crate::counts::{Answer as _, Counts};
use crate::site::{Load, Site, second_kill};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use testkit::http::Client;

/// Connections that tap at once: enough for batches of several bets.
const BETTORS: u64 = 8;
/// Who plays, and with what, cents.
const PLAYERS: usize = 24;
const MONEY: i64 = 5_000_000;
/// The end comes after so many taps of the round were confirmed, and then an instant later.
const CONFIRMED: u64 = 60;
const LOAD_MS: std::ops::RangeInclusive<u64> = 0..=800;
/// A server that recovers takes taps within this.
const RECOVERY: Duration = Duration::from_secs(60);
/// A named point is reached within this: those of a minute come once a minute.
const REACH: Duration = Duration::from_secs(75);
/// A named point is reached this often before the end, at most.
const TIMES: std::ops::RangeInclusive<u32> = 1..=4;
/// A second kill comes this soon after a restart, while the server recovers.
const SECOND_KILL_MS: std::ops::RangeInclusive<u64> = 0..=1_500;
/// In one of sixteen rounds the server stays away so long that the columns meanwhile can never be decided: more than the 3 s
/// for which a price is carried.
const AWAY: Duration = Duration::from_secs(6);
/// Acknowledged taps of a round that are sent again: each must be answered as before.
const REPEATS: usize = 30;
/// So many taps of a round are its last: their quotes' ticks may not have been kept, and their proofs hold all the same.
const LAST: usize = 3;
/// A tap that was signed longer ago is refused for its age, with or without a bet.
const SIGNED_AGO_MAX: Duration = Duration::from_secs(20);
/// The last bets are decided and paid within this.
const DECIDED: Duration = Duration::from_secs(90);

/// How the server of a round ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// As in a power cut, at a drawn moment.
    Killed,
    /// As in a power cut, at a named point.
    At(&'static str),
    /// As at an update: it is asked to end.
    Asked,
}

impl fmt::Display for End {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Killed => write!(out, "killed"),
            Self::At(point) => write!(out, "ended at {point}"),
            Self::Asked => write!(out, "asked to end"),
        }
    }
}

/// A run over many rounds on one database, which grows older with each.
pub struct Run {
    site: Site,
    table: Arc<Table>,
    rng: SmallRng,
    /// Every bet ever acknowledged.
    promises: Vec<Promise>,
}

impl Run {
    /// Starts the first server and seats the players.
    pub fn begin(place: &[&str], seed: u64) -> Self {
        let site = Site::open(place);
        let table = Arc::new(Table::open(site.address(), PLAYERS, MONEY));
        let (mut here, mut there) = (Points::names(), table.stop_points());
        here.sort_unstable();
        there.sort_unstable();
        assert_eq!(here, there, "the points that the server has are those that are tried");
        Self { site, table, rng: SmallRng::seed_from_u64(seed), promises: Vec::new() }
    }

    /// Runs one round and panics at the first broken promise.
    pub fn round(&mut self, number: u64, end: &End) -> Counts {
        let mut journal = self.load_and_end(end);
        if number % 16 == 2 {
            std::thread::sleep(AWAY);
        }
        let again = second_kill(number, &mut self.rng, SECOND_KILL_MS);
        let ready_ms = self.site.restart(again);
        let mut counts = Counts::of(journal.iter().map(|tap| &tap.response), ready_ms);
        self.repeat_acknowledged(&journal, &mut counts);
        self.settle_unknown(&mut journal, &mut counts);
        let committed = *end == End::At("place_committed");
        assert!(!committed || counts.settled > 0, "a committed batch left nothing behind: {counts}");
        journal.sort_by_key(|tap| tap.at);
        let mut promises: Vec<_> = journal.iter().filter_map(Promise::of).collect();
        promises.iter_mut().rev().take(LAST).for_each(|promise| promise.is_last = true);
        self.promises.append(&mut promises);
        self.hold_to_promises(|promise| promise.outcome.is_none());
        self.site.check();
        counts
    }

    /// Waits until everything is decided, then compares every player's bets, money and ledger with the journal.
    pub fn audit(&mut self) -> Outcomes {
        let deadline = Instant::now() + DECIDED;
        while self.promises.iter().any(|promise| promise.outcome.is_none()) {
            assert!(Instant::now() < deadline, "bets without an outcome after {DECIDED:?}");
            std::thread::sleep(Duration::from_millis(250));
            self.hold_to_promises(|promise| promise.outcome.is_none());
        }
        self.hold_to_promises(|_| true);
        self.site.check();
        let mut outcomes = audit::money(&self.table, &self.promises, MONEY);
        outcomes.proofs = audit::proofs(&self.table, &self.promises);
        outcomes
    }

    fn load_and_end(&mut self, end: &End) -> Vec<Tap> {
        let confirmed = Arc::new(AtomicU64::new(0));
        let load = Load::begin((0..BETTORS).map(|_| self.bettor(&confirmed)).collect());
        let deadline = Instant::now() + RECOVERY;
        while confirmed.load(Ordering::Relaxed) < CONFIRMED {
            assert!(Instant::now() < deadline, "{confirmed:?} taps were confirmed within {RECOVERY:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
        // Beside a server that writes: whole commits, or none.
        self.site.check();
        std::thread::sleep(Duration::from_millis(self.rng.random_range(LOAD_MS)));
        match end {
            End::Killed => self.site.kill(),
            End::Asked => self.site.ask_to_end(),
            End::At(point) => {
                let times = if point.starts_with("block") { 1 } else { self.rng.random_range(TIMES) };
                self.table.stop_at(point, times);
                assert!(self.site.wait_until_ended(REACH), "{point} was never reached {times} times");
            }
        }
        load.end()
    }

    fn bettor(&mut self, confirmed: &Arc<AtomicU64>) -> impl FnOnce(&AtomicBool) -> Vec<Tap> + Send + use<> {
        let (table, confirmed) = (Arc::clone(&self.table), Arc::clone(confirmed));
        let bettor = Bettor { table, address: self.site.address(), seed: self.rng.random(), confirmed };
        move |over| bettor.run(over)
    }

    /// The same signed bet is answered as it was, after the crash too.
    fn repeat_acknowledged(&self, journal: &[Tap], counts: &mut Counts) {
        let mut client = Client::new(self.site.address());
        let fresh = |tap: &&Tap| tap.response.made().is_some() && tap.at.elapsed() < SIGNED_AGO_MAX;
        for tap in journal.iter().rev().filter(fresh).take(REPEATS) {
            let again = bettor::place(&self.table, &mut client, tap);
            assert_eq!(again, tap.response, "a repeat was answered in another way");
            counts.repeats += 1;
        }
    }

    fn settle_unknown(&self, journal: &mut [Tap], counts: &mut Counts) {
        let mut client = Client::new(self.site.address());
        for tap in journal.iter_mut().filter(|tap| tap.response == PlaceResponse::Unknown) {
            tap.response = counts.settle(tap, || bettor::place(&self.table, &mut client, tap));
        }
    }

    fn hold_to_promises(&mut self, which: impl Fn(&Promise) -> bool) {
        let asked: Vec<&mut Promise> = self.promises.iter_mut().filter(|promise| which(promise)).collect();
        let bets: Vec<&str> = asked.iter().map(|promise| promise.bet.as_str()).collect();
        let said = self.table.statuses(&bets);
        for (promise, said) in asked.into_iter().zip(said) {
            assert!(promise.is_kept_by(&said), "{promise:?} is {said}");
        }
    }
}
