//! How requests ended: counts and latencies of one phase.
//! What does not live here: what they mean and how they are printed.

use super::kind::Kind;
use super::outcome::Outcome;
use hdrhistogram::Histogram;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::time::Duration;

/// Longest latency told apart from longer ones; requests time out well before.
const LATENCY_US_MAX: u64 = 120_000_000;
/// Three significant digits: a p99 of 12.34 ms is not 12.35 ms off by more than 0.1 %.
const LATENCY_DIGITS: u8 = 3;

/// Counts of one kind.
#[derive(Debug, Clone)]
pub struct KindTally {
    /// Answered with 2xx.
    pub accepted: u64,
    /// Refused with a documented code.
    pub refused: u64,
    /// Failed or mismatched.
    pub failed: u64,
    /// Microseconds from the intended start to the whole answer, of all answered requests.
    pub latency: Histogram<u64>,
}

/// Counts of one phase, by the kind of request.
#[derive(Debug)]
pub struct Tally<K> {
    by_kind: Vec<KindTally>,
    kind: PhantomData<K>,
    /// Refusals by code.
    pub refused: BTreeMap<String, u64>,
    /// Failures by kind.
    pub errors: BTreeMap<String, u64>,
    /// Replays that were not answered with the first answer.
    pub replay_mismatches: u64,
    /// Requests that left noticeably later than the timetable wanted.
    pub late: u64,
}

impl<K: Kind> Default for Tally<K> {
    fn default() -> Self {
        let empty = KindTally { accepted: 0, refused: 0, failed: 0, latency: empty_histogram() };
        Self {
            by_kind: vec![empty; K::ALL.len()],
            kind: PhantomData,
            refused: BTreeMap::new(),
            errors: BTreeMap::new(),
            replay_mismatches: 0,
            late: 0,
        }
    }
}

impl<K: Kind> Tally<K> {
    /// Counts one request that ended after `latency`.
    pub fn count(&mut self, kind: K, outcome: &Outcome<'_>, latency: Duration) {
        let tally = &mut self.by_kind[kind.index()];
        match outcome {
            Outcome::Accepted => tally.accepted += 1,
            Outcome::Refused(code) => {
                tally.refused += 1;
                bump(&mut self.refused, code);
            }
            Outcome::Failed(kind) => {
                tally.failed += 1;
                bump(&mut self.errors, kind);
                return;
            }
            Outcome::Mismatch => {
                tally.failed += 1;
                self.replay_mismatches += 1;
            }
        }
        tally.latency.saturating_record(u64::try_from(latency.as_micros()).unwrap_or(u64::MAX));
    }

    /// Adds what another phase counted.
    pub fn absorb(&mut self, other: Self) {
        for (own, more) in self.by_kind.iter_mut().zip(other.by_kind) {
            own.accepted += more.accepted;
            own.refused += more.refused;
            own.failed += more.failed;
            own.latency.add(more.latency).expect("all histograms have the same range");
        }
        other.refused.into_iter().for_each(|(code, count)| *self.refused.entry(code).or_default() += count);
        other.errors.into_iter().for_each(|(kind, count)| *self.errors.entry(kind).or_default() += count);
        self.replay_mismatches += other.replay_mismatches;
        self.late += other.late;
    }

    /// The counts of one kind.
    #[must_use]
    pub fn of(&self, kind: K) -> &KindTally {
        &self.by_kind[kind.index()]
    }

    /// Requests answered as documented: accepted and refused.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.by_kind.iter().map(|tally| tally.accepted + tally.refused).sum()
    }

    /// Requests answered with 2xx.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.by_kind.iter().map(|tally| tally.accepted).sum()
    }

    /// Acknowledged requests that changed the database.
    #[must_use]
    pub fn writes(&self) -> u64 {
        K::ALL.iter().filter(|kind| kind.writes()).map(|kind| self.of(*kind).accepted).sum()
    }

    /// Latencies of all by_kind together.
    #[must_use]
    pub fn latency(&self) -> Histogram<u64> {
        let mut all = empty_histogram();
        for tally in &self.by_kind {
            all.add(&tally.latency).expect("all histograms have the same range");
        }
        all
    }
}

fn empty_histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LATENCY_US_MAX, LATENCY_DIGITS).expect("the bounds are in order")
}

fn bump(counts: &mut BTreeMap<String, u64>, key: &str) {
    match counts.get_mut(key) {
        Some(count) => *count += 1,
        None => {
            counts.insert(String::from(key), 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rush::RushKind;

    #[test]
    fn every_request_is_counted_once_and_only_answers_have_a_latency() {
        let mut tally = Tally::default();
        let ms = Duration::from_millis;
        tally.count(RushKind::Reserve, &Outcome::Accepted, ms(1));
        tally.count(RushKind::Replay, &Outcome::Accepted, ms(2));
        tally.count(RushKind::Replay, &Outcome::Mismatch, ms(2));
        tally.count(RushKind::SoldOut, &Outcome::Refused("SOLD".into()), ms(3));
        tally.count(RushKind::SoldOut, &Outcome::Refused("SOLD".into()), ms(3));
        tally.count(RushKind::Cancel, &Outcome::Failed("timeout".into()), ms(9000));
        assert_eq!((tally.answered(), tally.accepted(), tally.writes()), (4, 2, 1));
        assert_eq!((tally.refused["SOLD"], tally.errors["timeout"], tally.replay_mismatches), (2, 1, 1));
        assert_eq!((tally.latency().len(), tally.latency().max() / 1000), (5, 3));
        let mut both = Tally::default();
        both.count(RushKind::SoldOut, &Outcome::Refused("SOLD".into()), ms(7));
        both.absorb(tally);
        assert_eq!((both.answered(), both.accepted(), both.writes()), (5, 2, 1));
        assert_eq!((both.refused["SOLD"], both.errors["timeout"], both.replay_mismatches), (3, 1, 1));
        assert_eq!((both.latency().len(), both.latency().max() / 1000), (6, 7));
    }
}
