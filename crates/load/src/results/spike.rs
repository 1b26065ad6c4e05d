//! What a crowd that comes within seconds does: the climb, and how long it takes until answers are as fast as before. Pure.

use super::kind::Kind;
use super::phase::PhaseResult;

/// Seconds that are waited for it.
const WAIT_S: usize = 30;
/// Seconds in a row that must be as before.
const CALM_S: usize = 3;
/// Twice as slow as before counts as before, and so does anything below this: single figures of a second are few.
const CALM_US: u64 = 50_000;

/// A spike.
#[derive(Debug)]
pub struct SpikeResult<K> {
    /// While it climbed, and until the last of that was answered.
    pub climb: PhaseResult<K>,
    /// The seconds after it, at the rate of before.
    pub after: Vec<PhaseResult<K>>,
    /// Slower than this is slower than before, microseconds.
    calm_us: u64,
}

impl<K: Kind> SpikeResult<K> {
    /// After the climb; `before` is what was measured before it.
    #[must_use]
    pub fn new(climb: PhaseResult<K>, before: &PhaseResult<K>) -> Self {
        let calm_us = CALM_US.max(2 * p99_us(before));
        Self { climb, after: Vec::new(), calm_us }
    }

    /// Another second.
    pub fn push(&mut self, second: PhaseResult<K>) {
        self.after.push(second);
    }

    /// Whether there is nothing more to wait for.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.recovered_after_s().is_some() || self.after.len() >= WAIT_S
    }

    /// Seconds after the climb until p99 was as before; none: it was not within half a minute.
    #[must_use]
    pub fn recovered_after_s(&self) -> Option<usize> {
        let calm: Vec<_> = self.after.iter().map(|second| self.is_calm(second)).collect();
        calm.windows(CALM_S).position(|seconds| seconds.iter().all(|calm| *calm))
    }

    /// A second without an answer is none.
    fn is_calm(&self, second: &PhaseResult<K>) -> bool {
        second.tally.answered() > 0 && p99_us(second) <= self.calm_us
    }
}

/// p99 of a phase, microseconds.
pub fn p99_us<K: Kind>(done: &PhaseResult<K>) -> u64 {
    done.tally.latency().value_at_quantile(0.99)
}

#[cfg(test)]
mod tests {
    use super::super::outcome::Outcome;
    use super::super::tally::Tally;
    use super::*;
    use crate::rush::RushKind;
    use std::time::Duration;

    fn done(ms: u64) -> PhaseResult<RushKind> {
        let mut tally = Tally::default();
        tally.count(RushKind::Reserve, &Outcome::Accepted, Duration::from_millis(ms));
        PhaseResult { tally, elapsed: Duration::from_secs(1), dropped: 0 }
    }

    #[test]
    fn it_is_back_when_three_seconds_in_a_row_are_as_before() {
        let mut spike = SpikeResult::new(done(900), &done(40));
        for ms in [700, 60, 300, 79, 20, 30] {
            assert!(!spike.is_over());
            spike.push(done(ms));
        }
        assert_eq!((spike.is_over(), spike.recovered_after_s()), (true, Some(3)));
    }

    #[test]
    fn silence_is_not_calm() {
        let mut spike = SpikeResult::new(done(900), &done(40));
        for _ in 0..5 {
            spike.push(PhaseResult { tally: Tally::default(), elapsed: Duration::from_secs(1), dropped: 0 });
        }
        assert_eq!((spike.is_over(), spike.recovered_after_s()), (false, None));
    }

    #[test]
    fn half_a_minute_is_waited_and_no_longer() {
        let mut spike = SpikeResult::new(done(900), &done(1));
        let mut seconds = 0;
        while !spike.is_over() {
            spike.push(done(51));
            seconds += 1;
        }
        assert_eq!((seconds, spike.recovered_after_s()), (30, None));
    }
}
