//! All workers sending at one pace towards one goal, counted in one tally.

use super::phase::{Phase, Tempo};
use super::worker::Worker;
use crate::results::{Done, Tally};
use crate::stall::{Caller, Goal};
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Lets all `workers` send for `duration` at a tempo.
pub async fn run_phase<C: Caller>(
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
