//! The engine at work: a thread of its own drives the pure price engine every 100 ms, updates the market state and the live topics, and
//! hands what must be kept to a keeper that writes it in order. What it never does: wait for a disk.
//!
//! Who has time of his own, as `fairground simulate` has, drives the same [`Driver`] by hand and keeps with [`keep`].

mod driver;
pub mod keeper;
mod told;

use crate::app::App;
use crate::domain::price_engine::{PriceEngine, Wish};
use crate::domain::tick::STEP_MS;
use crate::domain::venue_update::VenueUpdate;
pub use driver::Driver;
pub use keeper::{Kept, VOLATILITY, write as keep};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};
pub use told::{GRID, PRICE, SYSTEM, grid_updates, system_update, tick_update};
use web::Closing;

/// Steps that may wait for the keeper: ten minutes of a disk that stands still. Beyond it ticks are lost, loudly: they
/// become a gap, and the columns in it are void.
const KEPT_MAX: usize = 6_000;

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
    let mut beat = Beat { app: Arc::clone(app), driver: Driver::new(app, engine), keep, begun, next_ms: 0 };
    let ending = closing.clone();
    let thread = tokio::task::spawn_blocking(move || {
        while !ending.has_begun() {
            std::thread::sleep(beat.until_next());
            while let Ok(order) = wishes.try_recv() {
                let _ = order.done.send(beat.driver.obey(order.wish, beat.mono_ms()));
            }
            while let Ok(update) = updates.try_recv() {
                beat.driver.feed(&update);
            }
            beat.step();
        }
    });
    let ended = tokio::spawn(async move {
        let _ = thread.await;
        let _ = keeper.await;
    });
    Engine { ended, orders }
}

/// Drives in real time.
struct Beat {
    app: Arc<App>,
    driver: Driver,
    keep: mpsc::Sender<Kept>,
    /// The zero of the monotonic clock that the updates count from.
    begun: Instant,
    /// The next point of the lattice; 0 before the first step.
    next_ms: i64,
}

impl Beat {
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
        let kept = self.driver.step(wall_ms, self.mono_ms());
        if self.keep.try_send(kept).is_err() {
            tracing::error!("ticks cannot be kept: the database has stood still for minutes");
            metrics::counter!("tap_ticks_lost_total").increment(1);
        }
    }
}

const fn point_after(wall_ms: i64) -> i64 {
    wall_ms.div_euclid(STEP_MS) * STEP_MS + STEP_MS
}
