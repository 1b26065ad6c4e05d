//! One stretch of a run: all workers sending at one pace towards one goal, counted in one tally.

use super::pace::{Pace, Slots};
use super::stall::{Caller, Goal, Kind};
use super::tally::Tally;
use super::timetable::Timetable;
use super::worker::Worker;
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// How fast a phase sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tempo {
    /// As fast as answers come.
    Saturated,
    /// So many starts a second, whatever comes back.
    Steady(u64),
    /// From nothing up to so many a second.
    Climb(u64),
}

impl Tempo {
    /// By a timetable of so many starts a second, if there is one.
    #[must_use]
    pub fn of(rate: Option<u64>) -> Self {
        rate.map_or(Self::Saturated, Self::Steady)
    }

    fn pace(self, duration: Duration) -> Pace {
        let timetable = match self {
            Self::Saturated => return Pace::Saturate(Instant::now() + duration),
            Self::Steady(rate) => Timetable::new(rate, duration),
            Self::Climb(to) => Timetable::climb(to, duration),
        };
        Pace::Timetable(Slots::begin(timetable))
    }
}

/// A phase while it runs.
#[derive(Debug)]
pub struct Phase<K> {
    /// When to send.
    pub pace: Pace,
    /// What was counted. One thread runs all workers, so this is never contended.
    pub tally: Mutex<Tally<K>>,
}

/// A phase that is over.
#[derive(Debug)]
pub struct Done<K> {
    /// What was counted.
    pub tally: Tally<K>,
    /// From the first start to the last answer, at least the planned duration.
    pub elapsed: Duration,
    /// Starts of the timetable that never left.
    pub dropped: u64,
}

impl<K: Kind> Done<K> {
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

/// Lets all `workers` send for `duration` at a tempo.
pub async fn run<C: Caller>(
    workers: &mut Vec<Worker<C>>,
    goal: Goal,
    tempo: Tempo,
    duration: Duration,
) -> Done<C::Kind> {
    let begin = Instant::now();
    let phase = Arc::new(Phase { pace: tempo.pace(duration), tally: Mutex::new(Tally::default()) });
    let mut running = JoinSet::new();
    for worker in workers.drain(..) {
        running.spawn(worker.run(Arc::clone(&phase), goal));
    }
    workers.extend(running.join_all().await);
    let tally = std::mem::take(&mut *phase.tally.lock());
    Done { tally, elapsed: begin.elapsed().max(duration), dropped: phase.pace.dropped() }
}
