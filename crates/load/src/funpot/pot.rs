//! `--settle`: many votes on one event, and how long the server takes to give each its outcome once the winner is named.

use super::audience::Audience;
use super::caller::Voters;
use super::control::FunpotControl;
use crate::journal::LOOKUP_MAX;
use crate::run::{LoadModel, Worker, run_phase};
use crate::server::ControlError;
use crate::stall::Workload;
use serde::Serialize;
use std::time::{Duration, Instant};

/// Votes are cast in stretches so long.
const STRETCH: Duration = Duration::from_millis(250);
/// Between two polls for outcomes that are missing.
const POLL: Duration = Duration::from_millis(100);
/// How long outcomes are waited for.
const TIMEOUT: Duration = Duration::from_secs(120);

/// An event with many votes, and when its winner was named.
#[derive(Debug)]
pub struct FullPot {
    /// Numbers of those who voted.
    pub voters: Vec<u32>,
    /// When the winner was named.
    pub decided: Instant,
}

/// What became of them.
#[derive(Debug, Clone, Serialize)]
pub struct SettlementFigures {
    /// How many votes.
    pub votes: u64,
    /// How many of them have an outcome.
    pub settled: u64,
    /// Won among them.
    pub won: u64,
    /// From naming the winner to the last outcome, ms; none: some never came.
    pub last_ms: Option<u64>,
}

/// Casts votes on the only event of `workers` until there are `wanted`.
pub async fn fill(workers: &mut Vec<Worker<Voters>>, wanted: usize) -> Vec<u32> {
    loop {
        run_phase(workers, Workload::Mix, LoadModel::Closed, STRETCH).await;
        let journals = workers.iter().flat_map(|worker| &worker.caller.history.journal);
        let voters: Vec<_> = journals.map(|entry| entry.voter).collect();
        if voters.len() >= wanted {
            return voters;
        }
    }
}

/// Closes the event and names its first option the winner.
pub async fn decide(
    control: &mut FunpotControl,
    audience: &Audience,
    voters: Vec<u32>,
) -> Result<FullPot, ControlError> {
    let event = &audience.events[0];
    let decided = Instant::now();
    control.decide(&event.event_id, &event.options[0]).await?;
    Ok(FullPot { voters, decided })
}

/// Waits until every vote has an outcome, or for two minutes.
pub async fn wait_for_outcomes(
    control: &mut FunpotControl,
    audience: &Audience,
    pot: &FullPot,
) -> Result<SettlementFigures, ControlError> {
    let (mut settled, mut won, mut at) = (0, 0, 0);
    let count = pot.voters.len();
    while at < count && pot.decided.elapsed() < TIMEOUT {
        let chunk = &pot.voters[at..count.min(at + LOOKUP_MAX)];
        let places: Vec<_> = chunk.iter().map(|voter| audience.place(*voter, 0)).collect();
        let states = control.statuses(&places).await?;
        let has_outcome = |outcome: &str| ["won", "lost", "refunded"].contains(&outcome);
        if states.iter().all(|state| state.as_ref().is_some_and(|state| has_outcome(&state.outcome))) {
            settled += chunk.len() as u64;
            won += states.iter().flatten().filter(|state| state.outcome == "won").count() as u64;
            at += chunk.len();
        } else {
            tokio::time::sleep(POLL).await;
        }
    }
    let last_ms = (at >= count).then(|| u64::try_from(pot.decided.elapsed().as_millis()).unwrap_or(u64::MAX));
    Ok(SettlementFigures { votes: count as u64, settled, won, last_ms })
}
