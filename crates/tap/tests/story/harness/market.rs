//! A market of two venues that say what the story wants, the real price engine over it, and the real tick writer behind.

use kernel::{Clock as _, ManualClock, Timestamp};
use serde_json::json;
use std::sync::Arc;
use std::time::Instant;
use tap::app::App;
use tap::domain::calibrator::Calibrator;
use tap::domain::chain::hex;
use tap::domain::market::SourceSettings;
use tap::domain::price_engine::{EngineSettings, PriceEngine};
use tap::domain::tick::Tick;
use tap::domain::venue_update::{MarketEvent, Quote, Venue, VenueUpdate};
use tap::domain::volatility::VolatilityState;
use tap::engine::tick_writer::{self, StepRecord};
use tap::market_state::View;

/// The prices and what follows from them.
pub struct Market {
    pub engine: PriceEngine,
    /// What the venues say, cents.
    pub price: i64,
    /// How many of the two venues speak.
    pub voices: u8,
    clock: Arc<ManualClock>,
    begun_ms: i64,
    view: View,
}

/// A volatility of 50 % a year that has been watched for long enough.
fn watched() -> VolatilityState {
    let variance = 89_036_i64 * 89_036;
    let state =
        json!({ "last": null, "returns": 300, "fast_e18": variance, "slow_e18": variance, "peaks": [] });
    serde_json::from_value(state).expect("a state")
}

pub fn engine_settings(app: &App) -> EngineSettings {
    let source = |name: &str| SourceSettings { name: name.to_owned(), quote: Quote::Usd };
    app.settings.engine_settings(vec![source("one"), source("two")], 2)
}

impl Market {
    /// Goes on from what the database remembers; a new one has been watched for long enough.
    pub async fn of(app: &Arc<App>, clock: Arc<ManualClock>) -> Self {
        let mut memory = app.memory().await.expect("a memory");
        if memory.last_tick.is_none() {
            memory.volatility = Some(watched());
        }
        Self::with(app, clock, memory)
    }

    pub fn with(app: &App, clock: Arc<ManualClock>, memory: tap::domain::price_engine::Memory) -> Self {
        let price = memory.last_tick.map_or(super::START, |tick| tick.price);
        Self {
            engine: PriceEngine::new(engine_settings(app), memory),
            price,
            voices: 2,
            begun_ms: clock.now().as_micros() / 1_000,
            clock,
            view: View::default(),
        }
    }

    fn wall_ms(&self) -> i64 {
        self.clock.now().as_micros() / 1_000
    }

    pub fn mono_ms(&self) -> i64 {
        self.wall_ms() - self.begun_ms
    }

    /// Steps through `ms`, keeps what came of it and shows it.
    pub async fn run(&mut self, app: &App, ms: i64) {
        let mut kept = Vec::new();
        for _ in 0..ms / 100 {
            kept.push(self.step());
        }
        self.keep(app, kept).await;
        self.show(app);
    }

    /// Keeps steps as the tick writer does.
    pub async fn keep(&mut self, app: &App, mut kept: Vec<StepRecord>) {
        if let Some(last) = kept.last_mut() {
            last.volatility = Some(self.engine.volatility().clone());
        }
        tick_writer::write(app, &Arc::new(kept)).await.expect("ticks can be kept");
    }

    /// One step 100 ms later; nothing is kept or shown yet.
    pub fn step(&mut self) -> StepRecord {
        let wall_ms = self.wall_ms() + 100;
        kernel::Clock::set(&*self.clock, Timestamp::from_micros(wall_ms * 1_000));
        let mono_ms = self.mono_ms();
        for venue in 0..self.voices {
            let price = self.price * 1_000_000;
            let event = MarketEvent::Book { bid: price, ask: price };
            let update =
                VenueUpdate { venue: Venue(venue), event, mono_ms, recv_ms: wall_ms, event_ms: None };
            self.engine.feed(&update);
        }
        let step = self.engine.step(wall_ms, mono_ms);
        assert_eq!(step.chain_fault, None);
        self.view.stale_for_ms = step.reading.newest_input_age_ms;
        self.view.live = step.reading.live;
        StepRecord {
            ticks: step.ticks,
            blocks: step.blocks,
            transition: step.transition,
            epoch: step.epoch,
            volatility: None,
        }
    }

    /// Updates the market state, with a fresh snapshot.
    pub fn show(&mut self, app: &App) {
        let fresh = self.engine.snapshot(|column| {
            let width = app.settings.width_ms;
            app.market_state.is_exposed(tap::domain::money::column_id(column * width, width))
        });
        let view = &mut self.view;
        if let Some(snapshot) = fresh {
            view.snapshots.retain(|known| known.facts.seq != snapshot.facts.seq);
            view.push(Arc::new(snapshot));
        }
        let mono_ms = self.clock.now().as_micros() / 1_000 - self.begun_ms;
        view.tick = self.engine.last_tick();
        view.betting = self.engine.betting(mono_ms);
        view.breaker = self.engine.breaker();
        view.resolves = self.engine.resolves();
        view.facts = self.engine.facts();
        view.heights = self.engine.heights().cloned();
        view.calibrator = Arc::new(Calibrator::identity());
        view.head = self.engine.head().map(|(minute, hash)| (minute, hex(&hash)));
        view.at = Instant::now();
        app.market_state.set(view.clone());
    }

    /// The last tick.
    pub fn last(&self) -> Tick {
        self.engine.last_tick().expect("a tick")
    }
}
