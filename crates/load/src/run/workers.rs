//! All workers sending at one pace towards one goal, counted in one tally.

use super::phase::{LoadModel, Phase};
use super::worker::Worker;
use crate::interrupt;
use crate::results::{PhaseResult, Tally};
use crate::stall::{Caller, Workload};
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Lets all `workers` send for `duration` at a tempo.
pub async fn run_phase<C: Caller>(
    workers: &mut Vec<Worker<C>>,
    workload: Workload,
    tempo: LoadModel,
    duration: Duration,
) -> PhaseResult<C::Kind> {
    let begin = Instant::now();
    let phase = Arc::new(Phase { pace: tempo.pace(duration), tally: Mutex::new(Tally::default()) });
    let mut running = JoinSet::new();
    for worker in workers.drain(..) {
        running.spawn(worker.run(Arc::clone(&phase), workload));
    }
    workers.extend(running.join_all().await);
    let tally = std::mem::take(&mut *phase.tally.lock());
    // Starts after an interruption were not dropped, but given up.
    let (least, dropped) =
        if interrupt::is_requested() { (Duration::ZERO, 0) } else { (duration, phase.pace.dropped()) };
    PhaseResult { tally, elapsed: begin.elapsed().max(least), dropped }
}
