//! `--settle`: many bets on one column, and how long the server takes to give each its outcome once the column is over.

use super::caller::Players;
use super::control::TapControl;
use super::grid::GridSnapshot;
use super::mix::{TapKind, TapMix};
use crate::journal::LOOKUP_MAX;
use crate::run::{LoadModel, WARM_UP_MAX, Worker, run_phase};
use crate::server::ControlError;
use crate::stall::Workload;
use kernel::{Clock as _, SystemClock, Timestamp};
use serde::Serialize;
use std::time::Duration;

/// Bets a second that are counted on when the column is chosen: fewer than any server so far places.
const BETS_PER_S: i64 = 4_000;
/// The measurement begins about so long before the column ends.
const LEAD: Duration = Duration::from_millis(500);
/// Bets are stacked in stretches so long.
const STRETCH: Duration = Duration::from_millis(250);
/// Between two polls for outcomes that are missing.
const POLL: Duration = Duration::from_millis(500);
/// How long outcomes are waited for after the measurement.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Bets on one column.
#[derive(Debug)]
pub struct StackedColumn {
    /// The column.
    pub column: i64,
    /// Its end, Unix ms.
    pub ends_ms: i64,
    /// The bets' public ids.
    pub bets: Vec<[u8; 16]>,
}

/// What became of them.
#[derive(Debug, Clone, Serialize)]
pub struct SettlementFigures {
    /// The column.
    pub column: i64,
    /// How many bets.
    pub bets: u64,
    /// How many of them have an outcome.
    pub resolved: u64,
    /// Won among them.
    pub won: u64,
    /// From the column's end to the first outcome, ms.
    pub first_ms: Option<i64>,
    /// From the column's end to the last outcome, ms.
    pub last_ms: Option<i64>,
}

/// Bets alone.
#[must_use]
pub fn mix() -> TapMix {
    TapMix::only(TapKind::Bet)
}

/// The first column that stays open until `wanted` bets are placed.
#[must_use]
pub fn choose_column(grid: &GridSnapshot, wanted: u32, now: Timestamp) -> Option<i64> {
    let width_s = grid.width_ms.max(1_000) / 1_000;
    let needed_s = i64::from(wanted) / BETS_PER_S + 2 * width_s;
    let column = (now.as_secs() + needed_s) / width_s + 1;
    grid.offers.iter().map(|offer| offer.column).filter(|offered| *offered >= column).min()
}

/// Places bets on `column` until there are `wanted` or it closes; their ids.
pub async fn stack(workers: &mut Vec<Worker<Players>>, column: i64, wanted: u32) -> Vec<[u8; 16]> {
    loop {
        run_phase(workers, Workload::Mix, LoadModel::Closed, STRETCH).await;
        let journals = || workers.iter().map(|worker| &worker.caller.history.journal);
        let reached = journals().flatten().filter(|entry| entry.column == column).count();
        let open = workers.first().is_some_and(|worker| worker.caller.is_offered(column));
        if reached >= wanted as usize || !open {
            // When it closed in the middle of a stretch, the rest went elsewhere.
            return journals()
                .flatten()
                .filter(|entry| entry.column == column)
                .map(|entry| entry.bet)
                .collect();
        }
    }
}

/// Waits until the measurement of `duration`, after its warm-up, begins a moment before `ends_ms`.
pub async fn wait_for_end(ends_ms: i64, duration: Duration) {
    let before = duration.min(WARM_UP_MAX) + LEAD;
    let now_ms = SystemClock.now().as_micros().div_euclid(1_000);
    let left = u64::try_from(ends_ms - now_ms).map_or(Duration::ZERO, Duration::from_millis);
    tokio::time::sleep(left.saturating_sub(before)).await;
}

/// Waits until every stacked bet has its outcome, and when they got it.
pub async fn wait_for_outcomes(
    control: &mut TapControl,
    stacked: &StackedColumn,
) -> Result<SettlementFigures, ControlError> {
    let begun = std::time::Instant::now();
    loop {
        let settled = count_outcomes(control, stacked).await?;
        if settled.resolved == settled.bets || begun.elapsed() > TIMEOUT {
            return Ok(settled);
        }
        tokio::time::sleep(POLL).await;
    }
}

async fn count_outcomes(
    control: &mut TapControl,
    stacked: &StackedColumn,
) -> Result<SettlementFigures, ControlError> {
    let (column, bets) = (stacked.column, stacked.bets.len() as u64);
    let mut settled = SettlementFigures { column, bets, resolved: 0, won: 0, first_ms: None, last_ms: None };
    for chunk in stacked.bets.chunks(LOOKUP_MAX) {
        for state in control.statuses(chunk).await?.into_iter().flatten() {
            let Some(at_ms) = state.resolved_at_ms else { continue };
            let after_ms = at_ms - stacked.ends_ms;
            settled.resolved += 1;
            settled.won += u64::from(state.status == "won");
            settled.first_ms = Some(settled.first_ms.map_or(after_ms, |first| first.min(after_ms)));
            settled.last_ms = Some(settled.last_ms.map_or(after_ms, |last| last.max(after_ms)));
        }
    }
    Ok(settled)
}
