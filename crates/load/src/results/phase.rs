//! What a phase came to.

use super::kind::Kind;
use super::tally::Tally;
use std::time::Duration;

/// A phase that is over.
#[derive(Debug)]
pub struct PhaseResult<K> {
    /// What was counted.
    pub tally: Tally<K>,
    /// From the first start to the last answer, at least the planned duration.
    pub elapsed: Duration,
    /// Starts of the timetable that never left.
    pub dropped: u64,
}

impl<K: Kind> PhaseResult<K> {
    /// This and what came after it, as one.
    #[must_use]
    pub fn and(mut self, next: Self) -> Self {
        self.tally.absorb(next.tally);
        self.elapsed += next.elapsed;
        self.dropped += next.dropped;
        self
    }

    /// Documented answers a second.
    #[must_use]
    pub fn rps(&self) -> f64 {
        self.per_second(self.tally.answered())
    }

    /// `count` as a rate.
    #[must_use]
    pub fn per_second(&self, count: u64) -> f64 {
        count as f64 / self.elapsed.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}
