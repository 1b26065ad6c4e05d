//! The tick writer: writes what the engine hands over, in order, twice a second, and moves the watermark after the commit.

use crate::app::App;
use crate::domain::breaker::Transition;
use crate::domain::chain::{Block, hex};
use crate::domain::grid::Epoch;
use crate::domain::tick::Tick;
use crate::domain::volatility::VolatilityState;
use crate::stop::{self, Point};
use crate::store::epochs::{self, EpochRow};
use crate::store::incidents::{self, IncidentRow};
use crate::store::price_state;
use crate::store::ticks::{self, BlockRow};
use kernel::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use store::{StoreError, Tx};
use tokio::sync::mpsc;

/// Between two writes: at the watermark's lag of the rules (spec §4), less the time of a commit.
const REST: Duration = Duration::from_millis(200);
/// After a write that failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);
/// Steps written in one transaction at most.
const STEPS_MAX: usize = 600;
/// Under which name volatility is kept.
pub const VOLATILITY: &str = "volatility";

/// What one step leaves to be kept.
#[derive(Debug, Clone)]
pub struct StepRecord {
    /// Ticks.
    pub ticks: Vec<Tick>,
    /// Sealed minutes.
    pub blocks: Vec<Block>,
    /// A change of the breaker.
    pub transition: Option<Transition>,
    /// A row height that begins.
    pub epoch: Option<Epoch>,
    /// Volatility, now and then.
    pub volatility: Option<VolatilityState>,
}

/// Writes until the engine is gone and everything is written.
pub async fn run(app: Arc<App>, mut records: mpsc::Receiver<StepRecord>) {
    let mut waiting = Vec::new();
    while records.recv_many(&mut waiting, STEPS_MAX).await > 0 {
        let steps = Arc::new(std::mem::take(&mut waiting));
        stop::reach(Point::TickWriterHolds);
        while let Err(error) = write(&app, &steps).await {
            tracing::error!(%error, "ticks were not written; trying again");
            tokio::time::sleep(AFTER_FAILURE).await;
        }
        tokio::time::sleep(REST).await;
    }
}

/// Writes the steps in one transaction, then moves the watermark. What is on disk already is not written again.
pub async fn write(app: &App, steps: &Arc<Vec<StepRecord>>) -> Result<(), StoreError> {
    let last = steps.iter().flat_map(|step| &step.ticks).last().map(|tick| tick.ts_ms);
    let incidents = steps.iter().filter(|step| step.transition.is_some()).count();
    let now = app.clock.now();
    let numbers: Vec<_> = (0..incidents).map(|_| app.ids.next(now)).collect();
    let steps = Arc::clone(steps);
    let seals = steps.iter().any(|step| !step.blocks.is_empty());
    let saved = Arc::clone(&steps);
    let done = app.store.write(move |tx| save(tx, &saved, &numbers, now)).await;
    if let Err(error) = done
        && !(error.is_unique_violation() && are_written(app, &steps).await?)
    {
        return Err(error);
    }
    stop::reach(if seals { Point::BlockCommitted } else { Point::TickWriterCommitted });
    if let Some(ts_ms) = last {
        app.market_state.advance_watermark(ts_ms);
    }
    Ok(())
}

/// Whether an earlier try has kept the steps although its answer was lost: they are kept all together or not at all, so
/// their last tick tells.
async fn are_written(app: &App, steps: &Arc<Vec<StepRecord>>) -> Result<bool, StoreError> {
    let Some(last) = steps.iter().flat_map(|step| &step.ticks).last().copied() else { return Ok(false) };
    Ok(app.store.read(ticks::last).await? == Some(last))
}

fn save(tx: &mut Tx<'_>, steps: &[StepRecord], numbers: &[i64], now: Timestamp) -> Result<(), StoreError> {
    let all: Vec<_> = steps.iter().flat_map(|step| step.ticks.iter().copied()).collect();
    ticks::append(tx, &all)?;
    let mut numbers = numbers.iter();
    for step in steps {
        for block in &step.blocks {
            ticks::append_block(tx, &row_of_block(block))?;
        }
        if let Some(epoch) = &step.epoch {
            epochs::add(tx, &row_of_epoch(epoch))?;
        }
        if let (Some(transition), Some(id)) = (&step.transition, step.transition.and_then(|_| numbers.next()))
        {
            incidents::record(tx, &row_of_incident(*id, transition, now))?;
        }
    }
    let volatility = steps.iter().rev().find_map(|step| step.volatility.as_ref());
    if let Some(state) = volatility {
        let body = serde_json::to_string(state).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        price_state::save(tx, VOLATILITY, &body, now)?;
    }
    let seals = steps.iter().any(|step| !step.blocks.is_empty());
    stop::reach(if seals { Point::BlockSaved } else { Point::TickWriterSaved });
    Ok(())
}

fn row_of_block(block: &Block) -> BlockRow {
    BlockRow {
        minute: block.minute,
        first_seq: block.first_seq,
        last_seq: block.last_seq,
        prev_hash: hex(&block.prev_hash),
        hash: hex(&block.hash),
    }
}

fn row_of_epoch(epoch: &Epoch) -> EpochRow {
    EpochRow {
        id: epoch.geometry.epoch(),
        width_ms: epoch.geometry.width_ms(),
        height: epoch.geometry.height_cents(),
        first_column: epoch.first_column,
    }
}

fn row_of_incident(id: i64, transition: &Transition, now: Timestamp) -> IncidentRow {
    IncidentRow {
        id,
        at: now,
        from: transition.from.as_str().to_owned(),
        to: transition.to.as_str().to_owned(),
        reason: transition.reason.as_str().to_owned(),
        age_ms: transition.age_ms.unwrap_or(-1),
        sources: i64::from(transition.live_sources),
        actor: "engine".to_owned(),
    }
}
