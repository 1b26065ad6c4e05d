//! One stretch of a run: all workers sending at one pace from one mix, counted in one tally.

use super::mix::{Class, Mix};
use super::pace::{Pace, Slots};
use super::tally::Tally;
use super::timetable::Timetable;
use super::worker::Worker;
use parking_lot::Mutex;
use rand::Rng;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// What a phase sends.
#[derive(Debug, Clone)]
pub enum Kind {
    /// The mix of the run.
    Mixed(Mix),
    /// Only requests for the fixed answer.
    Ceiling,
}

/// A phase while it runs.
#[derive(Debug)]
pub struct Phase {
    /// When to send.
    pub pace: Pace,
    /// What was counted. One thread runs all workers, so this is never contended.
    pub tally: Mutex<Tally>,
    kind: Kind,
}

/// A phase that is over.
#[derive(Debug)]
pub struct Done {
    /// What was counted.
    pub tally: Tally,
    /// From the first start to the last answer, at least the planned duration.
    pub elapsed: Duration,
    /// Starts of the timetable that never left.
    pub dropped: u64,
}

impl Done {
    /// Documented answers a second.
    #[must_use]
    pub fn rps(&self) -> f64 {
        self.tally.answered() as f64 / self.elapsed.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}

impl Phase {
    /// The kind of the next request.
    pub fn class(&self, rng: &mut impl Rng) -> Class {
        match &self.kind {
            Kind::Mixed(mix) => mix.pick(rng.random_range(0..mix.total())),
            Kind::Ceiling => Class::Ceiling,
        }
    }
}

/// Lets all `workers` send for `duration`, by a timetable of `rate` a second if there is one.
pub async fn run(workers: &mut Vec<Worker>, kind: Kind, rate: Option<u64>, duration: Duration) -> Done {
    let begin = Instant::now();
    let pace = match rate {
        Some(rate) => Pace::Timetable(Slots::begin(Timetable::new(rate, duration))),
        None => Pace::Saturate(begin + duration),
    };
    let phase = Arc::new(Phase { pace, tally: Mutex::new(Tally::default()), kind });
    let mut running = JoinSet::new();
    for worker in workers.drain(..) {
        running.spawn(worker.run(Arc::clone(&phase)));
    }
    workers.extend(running.join_all().await);
    let tally = std::mem::take(&mut *phase.tally.lock());
    Done { tally, elapsed: begin.elapsed().max(duration), dropped: phase.pace.dropped() }
}
