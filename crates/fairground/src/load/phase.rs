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

/// Lets all `workers` send for `duration`, by a timetable of `rate` a second if there is one.
pub async fn run<C: Caller>(
    workers: &mut Vec<Worker<C>>,
    goal: Goal,
    rate: Option<u64>,
    duration: Duration,
) -> Done<C::Kind> {
    let begin = Instant::now();
    let pace = match rate {
        Some(rate) => Pace::Timetable(Slots::begin(Timetable::new(rate, duration))),
        None => Pace::Saturate(begin + duration),
    };
    let phase = Arc::new(Phase { pace, tally: Mutex::new(Tally::default()) });
    let mut running = JoinSet::new();
    for worker in workers.drain(..) {
        running.spawn(worker.run(Arc::clone(&phase), goal));
    }
    workers.extend(running.join_all().await);
    let tally = std::mem::take(&mut *phase.tally.lock());
    Done { tally, elapsed: begin.elapsed().max(duration), dropped: phase.pace.dropped() }
}
