//! The engine at work: a thread of its own drives the pure price engine every 100 ms, tells the desk and the live topics, and
//! hands what must be kept to a keeper that writes it in order. What it never does: wait for a disk.

pub mod keeper;
mod told;

use crate::app::App;
use crate::desk::View;
use crate::domain::chain::hex;
use crate::domain::price_engine::{PriceEngine, Step, Wish};
use crate::domain::quote::SNAPSHOT_MS;
use crate::domain::tick::STEP_MS;
use crate::domain::venue_update::VenueUpdate;
use crate::stop::{self, Point};
use keeper::Kept;
pub use keeper::VOLATILITY;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};
pub use told::{GRID, PRICE, SYSTEM, grid_updates, system_update, tick_update};
use web::Closing;

/// Steps that may wait for the keeper: ten minutes of a disk that stands still. Beyond it ticks are lost, loudly: they
/// become a gap, and the columns in it are void.
const KEPT_MAX: usize = 6_000;
/// What the engine remembers of volatility is kept this often, in steps.
const MEMORY_STEPS: u64 = 100;

/// An operator's wish, with where to answer.
pub struct Order {
    /// What is wanted.
    pub wish: Wish,
    /// Tells whether it was done.
    pub done: oneshot::Sender<Result<(), crate::domain::breaker::OverrideRefusal>>,
}

/// A running engine.
pub struct Engine {
    /// Ends when the process does.
    pub ended: tokio::task::JoinHandle<()>,
    /// Takes operators' wishes.
    pub orders: mpsc::Sender<Order>,
}

/// What drives the steps.
pub struct Driver {
    app: Arc<App>,
    engine: PriceEngine,
    view: View,
    keep: mpsc::Sender<Kept>,
    begun: Instant,
    steps: u64,
    next_ms: i64,
}

/// Starts the engine over `updates`. It ends with `closing`, when everything it handed out is on disk.
#[must_use]
pub fn start(
    app: &Arc<App>,
    engine: PriceEngine,
    mut updates: mpsc::Receiver<VenueUpdate>,
    begun: Instant,
    closing: &Closing,
) -> Engine {
    let (keep, kept) = mpsc::channel(KEPT_MAX);
    let (orders, mut wishes) = mpsc::channel::<Order>(8);
    let keeper = tokio::spawn(keeper::run(Arc::clone(app), kept));
    let mut driver = Driver::new(app, engine, keep, begun);
    let ending = closing.clone();
    let thread = tokio::task::spawn_blocking(move || {
        while !ending.has_begun() {
            std::thread::sleep(driver.until_next());
            while let Ok(order) = wishes.try_recv() {
                let _ = order.done.send(driver.obey(order.wish));
            }
            while let Ok(update) = updates.try_recv() {
                driver.feed(&update);
            }
            driver.step();
        }
    });
    let ended = tokio::spawn(async move {
        let _ = thread.await;
        let _ = keeper.await;
    });
    Engine { ended, orders }
}

impl Driver {
    /// A driver; `begun` is the zero of the monotonic clock that the updates count from.
    fn new(app: &Arc<App>, engine: PriceEngine, keep: mpsc::Sender<Kept>, begun: Instant) -> Self {
        let now_ms = app.clock.now().as_micros().div_euclid(1_000);
        Self {
            app: Arc::clone(app),
            view: View::default(),
            engine,
            keep,
            begun,
            steps: 0,
            next_ms: now_ms.div_euclid(STEP_MS) * STEP_MS + STEP_MS,
        }
    }

    fn wall_ms(&self) -> i64 {
        self.app.clock.now().as_micros().div_euclid(1_000)
    }

    /// How long until the next point of the lattice.
    fn until_next(&self) -> Duration {
        let left = (self.next_ms - self.wall_ms()).clamp(0, STEP_MS);
        Duration::from_millis(left.unsigned_abs())
    }

    fn mono_ms(&self) -> i64 {
        i64::try_from(self.begun.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    fn feed(&mut self, update: &VenueUpdate) {
        self.engine.feed(update);
    }

    fn obey(&mut self, wish: Wish) -> Result<(), crate::domain::breaker::OverrideRefusal> {
        let mono_ms = self.mono_ms();
        self.engine.override_breaker(wish, mono_ms)?;
        self.show(mono_ms);
        Ok(())
    }

    /// One step at the present moment.
    fn step(&mut self) {
        let (wall_ms, mono_ms) = (self.wall_ms(), self.mono_ms());
        self.next_ms = wall_ms.div_euclid(STEP_MS) * STEP_MS + STEP_MS;
        let step = self.engine.step(wall_ms, mono_ms);
        self.steps += 1;
        self.look_at(&step);
        self.show(mono_ms);
        told::tell(&self.app, &self.view, &step, self.steps);
        stop::reach(Point::EngineShown);
        self.hand_over(step);
    }

    fn look_at(&mut self, step: &Step) {
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

    /// Whether a snapshot is due with the tick of `ts_ms`: the first tick of each quarter of a second.
    fn is_due(&self, ts_ms: i64) -> bool {
        let last = self.view.snapshots.last().map(|snapshot| snapshot.facts.seq);
        last.is_none_or(|last| ts_ms.div_euclid(SNAPSHOT_MS) > last)
    }

    fn snapshot(&self) -> Option<crate::domain::quote::Snapshot> {
        let geometry = self.engine.heights()?.newest();
        let (width, desk) = (geometry.width_ms(), &self.app.desk);
        self.engine.snapshot(|column| desk.is_exposed(crate::domain::money::column_id(column * width, width)))
    }

    fn show(&mut self, mono_ms: i64) {
        self.view.betting = self.engine.betting(mono_ms);
        self.view.breaker = self.engine.breaker();
        self.view.resolves = self.engine.resolves();
        self.view.facts = self.engine.facts();
        self.view.heights = self.engine.heights().cloned();
        self.view.at = Instant::now();
        self.app.desk.set(self.view.clone());
    }

    fn hand_over(&mut self, step: Step) {
        let memory = self.steps.is_multiple_of(MEMORY_STEPS);
        let kept = Kept {
            ticks: step.ticks,
            blocks: step.blocks,
            transition: step.transition,
            epoch: step.epoch,
            volatility: memory.then(|| self.engine.volatility().clone()),
        };
        if let Some(fault) = step.chain_fault {
            tracing::error!(%fault, "a tick does not fit the chain");
        }
        if self.keep.try_send(kept).is_err() {
            tracing::error!("ticks cannot be kept: the database has stood still for minutes");
            metrics::counter!("tap_ticks_lost_total").increment(1);
        }
    }
}
