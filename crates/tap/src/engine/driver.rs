//! The driver: one step of the engine at a time that it is given, published to the market state and the live topics. It reads no clock of
//! the wall; what must be kept it gives back.

use super::publish;
use super::tick_writer::StepRecord;
use crate::app::App;
use crate::domain::breaker::OverrideRefusal;
use crate::domain::calibrator::Calibrator;
use crate::domain::chain::hex;
use crate::domain::money::column_id;
use crate::domain::price_engine::{Betting, BreakerOverride, PriceEngine, Step};
use crate::domain::quote::{SNAPSHOT_MS, Snapshot};
use crate::domain::venue_update::VenueUpdate;
use crate::market_state::View;
use crate::stop::{self, Point};
use std::sync::Arc;
use std::time::Instant;

/// What the engine remembers of volatility is kept this often, in steps.
const MEMORY_STEPS: u64 = 100;
/// Ticks this far behind on disk are not being kept: no column could be decided by them, so no bet is taken on them, ms.
const UNKEPT_MAX_MS: i64 = 5_000;
/// When to try again while ticks are not kept, seconds.
const UNKEPT_RETRY_S: u64 = 5;

/// What drives the steps.
pub struct Driver {
    app: Arc<App>,
    engine: PriceEngine,
    view: View,
    steps: u64,
    grid: publish::GridFrames,
    /// Unix ms of the first tick of this process: before it nothing had to be kept.
    first_ms: Option<i64>,
}

impl Driver {
    /// A driver of `engine` that publishes what it finds to the market state of `app`.
    #[must_use]
    pub fn new(app: &Arc<App>, engine: PriceEngine) -> Self {
        Self {
            app: Arc::clone(app),
            engine,
            view: View::default(),
            steps: 0,
            grid: publish::GridFrames::default(),
            first_ms: None,
        }
    }

    /// Takes one message of a venue in.
    pub fn feed(&mut self, update: &VenueUpdate) {
        self.engine.feed(update);
    }

    /// Overrides the breaker as an operator's command says. Errors: it would bless a stale price, or for too long.
    pub fn override_breaker(
        &mut self,
        requested: BreakerOverride,
        mono_ms: i64,
    ) -> Result<(), OverrideRefusal> {
        self.engine.override_breaker(requested, mono_ms)?;
        self.publish_view(mono_ms);
        Ok(())
    }

    /// One step at `wall_ms` (Unix) and `mono_ms` (of the clock that the updates count with); what must be kept of it. Until
    /// that is on disk ([`write_steps`](super::write_steps)) no column is decided by it.
    pub fn step(&mut self, wall_ms: i64, mono_ms: i64) -> StepRecord {
        self.follow_calibrator();
        let step = self.engine.step(wall_ms, mono_ms);
        self.steps += 1;
        self.update_view(&step);
        self.publish_view(mono_ms);
        publish::publish_step(&self.app, &self.view, &step, self.steps, &mut self.grid);
        stop::reach(Point::EngineShown);
        if let Some(fault) = step.chain_fault {
            tracing::error!(%fault, "a tick does not fit the chain");
        }
        let memory = self.steps.is_multiple_of(MEMORY_STEPS);
        StepRecord {
            ticks: step.ticks,
            blocks: step.blocks,
            transition: step.transition,
            epoch: step.epoch,
            volatility: memory.then(|| self.engine.volatility().clone()),
        }
    }

    /// A calibrator that was published meanwhile.
    fn follow_calibrator(&mut self) {
        let published = self.app.calibrator.load_full();
        if published.version() != self.engine.calibrator().version() {
            self.engine.set_calibrator(Calibrator::clone(&published));
            self.view.calibrator = published;
        }
    }

    fn update_view(&mut self, step: &Step) {
        self.view.tick = self.engine.last_tick();
        self.view.stale_for_ms = step.reading.newest_input_age_ms;
        self.view.live = step.reading.live;
        self.view.sources.clone_from(&step.reading.sources);
        self.view.head = self.engine.head().map(|(minute, hash)| (minute, hex(&hash)));
        let fresh = step.ticks.iter().any(|tick| self.is_due(tick.ts_ms));
        if fresh && let Some(snapshot) = self.snapshot() {
            self.view.push(Arc::new(snapshot));
        }
    }

    /// Whether a snapshot is due with the tick of `ts_ms`: the first of its number.
    fn is_due(&self, ts_ms: i64) -> bool {
        let last = self.view.snapshots.last().map(|snapshot| snapshot.facts.seq);
        last.is_none_or(|last| ts_ms.div_euclid(SNAPSHOT_MS) > last)
    }

    fn snapshot(&self) -> Option<Snapshot> {
        let geometry = self.engine.heights()?.newest();
        let (width, market_state) = (geometry.width_ms(), &self.app.market_state);
        self.engine.snapshot(|column| market_state.is_exposed(column_id(column * width, width)))
    }

    /// Whether the ticks of the last seconds are on disk: betting stops with whoever keeps them.
    fn keeps_ticks(&mut self) -> bool {
        let Some(last) = self.engine.last_tick() else { return true };
        let first_ms = *self.first_ms.get_or_insert(last.ts_ms);
        let kept_ms = self.app.market_state.watermark_ms().max(first_ms);
        let keeps = last.ts_ms - kept_ms <= UNKEPT_MAX_MS;
        if !keeps {
            tracing::error!("ticks are not being kept; no bet is taken");
        }
        keeps
    }

    fn publish_view(&mut self, mono_ms: i64) {
        self.view.betting = if self.keeps_ticks() {
            self.engine.betting(mono_ms)
        } else {
            Betting::PriceFeedStale { retry_after_s: UNKEPT_RETRY_S }
        };
        self.view.breaker = self.engine.breaker();
        self.view.resolves = self.engine.resolves();
        self.view.facts = self.engine.facts();
        self.view.heights = self.engine.heights().cloned();
        self.view.at = Instant::now();
        self.app.market_state.set(self.view.clone());
    }
}
