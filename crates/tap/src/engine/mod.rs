//! The engine at work: a thread of its own drives the pure price engine every 100 ms, updates the market state and the live topics, and
//! hands what must be kept to a task that writes it in order. What it never does: wait for a disk.
//!
//! Who has time of his own, as `fairground simulate` has, drives the same [`Driver`] by hand and writes with [`write_steps`].

mod driver;
mod publish;
pub mod tick_writer;

use crate::app::App;
use crate::domain::price_engine::{BreakerOverride, PriceEngine};
use crate::domain::tick::STEP_MS;
use crate::domain::venue_update::VenueUpdate;
pub use driver::Driver;
pub use publish::{GRID, PRICE, SYSTEM, grid_updates, system_update, tick_update};
use std::sync::Arc;
use std::time::{Duration, Instant};
pub use tick_writer::{StepRecord, VOLATILITY, write as write_steps};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use web::Closing;

/// Steps that may wait for the tick writer: ten minutes of a disk that stands still. Beyond it ticks are lost, loudly: they
/// become a gap, and the columns in it are void.
const RECORDS_MAX: usize = 6_000;

/// An operator's command about the breaker, with where to answer.
pub struct BreakerCommand {
    /// What is requested.
    pub requested: BreakerOverride,
    /// Tells whether it was done.
    pub reply: oneshot::Sender<Result<(), crate::domain::breaker::OverrideRefusal>>,
}

/// A running engine. Both of its tasks end when the process does.
pub struct Engine {
    /// Drives the prices.
    pub thread: JoinHandle<()>,
    /// Keeps what the thread hands over.
    pub tick_writer: JoinHandle<()>,
    /// Takes operators' commands.
    pub breaker_commands: mpsc::Sender<BreakerCommand>,
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
    let (records, records_receiver) = mpsc::channel(RECORDS_MAX);
    let (breaker_commands, mut commands) = mpsc::channel::<BreakerCommand>(8);
    let tick_writer = tokio::spawn(tick_writer::run(Arc::clone(app), records_receiver));
    let mut real_time =
        RealTime { app: Arc::clone(app), driver: Driver::new(app, engine), records, begun, next_ms: 0 };
    let ending = closing.clone();
    let thread = tokio::task::spawn_blocking(move || {
        while !ending.has_begun() {
            std::thread::sleep(real_time.until_next());
            while let Ok(command) = commands.try_recv() {
                let _ = command
                    .reply
                    .send(real_time.driver.override_breaker(command.requested, real_time.mono_ms()));
            }
            while let Ok(update) = updates.try_recv() {
                real_time.driver.feed(&update);
            }
            real_time.step();
        }
    });
    Engine { thread, tick_writer, breaker_commands }
}

/// Drives in real time.
struct RealTime {
    app: Arc<App>,
    driver: Driver,
    records: mpsc::Sender<StepRecord>,
    /// The zero of the monotonic clock that the updates count from.
    begun: Instant,
    /// The next point of the lattice; 0 before the first step.
    next_ms: i64,
}

impl RealTime {
    fn wall_ms(&self) -> i64 {
        self.app.clock.now().as_micros().div_euclid(1_000)
    }

    fn mono_ms(&self) -> i64 {
        i64::try_from(self.begun.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    /// How long until the next point of the lattice.
    fn until_next(&mut self) -> Duration {
        let wall_ms = self.wall_ms();
        if self.next_ms == 0 {
            self.next_ms = point_after(wall_ms);
        }
        Duration::from_millis((self.next_ms - wall_ms).clamp(0, STEP_MS).unsigned_abs())
    }

    /// One step at the present moment.
    fn step(&mut self) {
        let wall_ms = self.wall_ms();
        self.next_ms = point_after(wall_ms);
        let record = self.driver.step(wall_ms, self.mono_ms());
        if self.records.try_send(record).is_err() {
            tracing::error!("ticks cannot be kept: the database has stood still for minutes");
            metrics::counter!("tap_ticks_lost_total").increment(1);
        }
    }
}

const fn point_after(wall_ms: i64) -> i64 {
    wall_ms.div_euclid(STEP_MS) * STEP_MS + STEP_MS
}
