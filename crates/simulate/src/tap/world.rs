//! The world: a clock that is moved by hand, and everything that happens with it. Per step of the lattice: what venues said, the
//! engine's step, taps; per column: ticks to disk, the watermark, what is due.

use super::args::Plan;
use super::bets::PlacedBet;
use super::chance::SeededChance;
use super::players::Players;
use super::prices::Prices;
use futures_util::future::join_all;
use kernel::{Clock, ManualClock, PublicIds, Timestamp, UserId};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{Location, Store, StoreConfig};
use tap::app::App;
use tap::domain::grid::COLUMNS_AHEAD;
use tap::domain::price_engine::{Betting, PriceEngine};
use tap::domain::tick::STEP_MS;
use tap::engine::{self, Driver, StepRecord};
use tap::open::Opening;
use tap::settings::Settings;
use tap::store::columns;
use tap::usecase::bot_place::BotTap;
use tap::usecase::{bot_place, calibration_fit, column_close, column_pay, load_players};

/// What each player has, cents: nobody shall run out of money and fall silent.
const MONEY: i64 = 1_000_000_000;
/// Bets of one step are decided in one transaction.
const BATCH_MAX: usize = 1_000;
/// Ticks wait for the disk at most for so many steps: a minute's.
const WAITING_MAX: usize = 600;
/// A void column waits a minute for repair, and a proof for the end of its minute.
const REPAIR_MS: i64 = 65_000;
const SEAL_MS: i64 = 60_000;
/// How often the calibrator's job looks.
const CALIBRATION_MS: i64 = 3_600_000;
/// After that a column that is not settled will never be.
const DRAIN_MS_MAX: i64 = 900_000;

/// The simulated world.
pub(super) struct World {
    /// The stall.
    pub app: Arc<App>,
    clock: Arc<ManualClock>,
    driver: Driver,
    prices: Prices,
    players: Players,
    waiting: Vec<StepRecord>,
    hours: f64,
    is_calibrated: bool,
    begin_ms: i64,
    wall_ms: i64,
    width_ms: i64,
    played: Played,
}

/// What happened.
#[derive(Debug, Default)]
pub(super) struct Played {
    /// Bets that were taken, in their order.
    pub bets: Vec<PlacedBet>,
    /// Taps that were refused, by code.
    pub refused: BTreeMap<&'static str, u64>,
    /// Ticks.
    pub ticks: u64,
    /// First and last price, cents.
    pub prices: Option<(i64, i64)>,
    /// Row heights in the order of their begin, cents.
    pub heights: Vec<i64>,
    /// Versions of calibrators that came into force.
    pub calibrators: Vec<u32>,
    /// Simulated time in all, and with open betting.
    pub simulated_ms: i64,
    pub betting_ms: i64,
    /// Time that it took.
    pub took: Duration,
}

impl World {
    /// A new world over a new database at `path`. Errors: a sentence for the operator.
    pub async fn open(plan: &Plan, path: &Path) -> Result<Self, String> {
        let prices = Prices::of(plan)?;
        let begin_ms = prices.begin_ms();
        let clock = Arc::new(ManualClock::new(Timestamp::from_micros(begin_ms * 1_000)));
        let app = open_app(plan, path, &clock).await?;
        let users = create_players(&app, plan.players).await?;
        let (sources, quorum) = prices.sources();
        let memory = app.memory().await.map_err(|error| error.to_string())?;
        let engine = PriceEngine::new(app.settings.engine_settings(sources, quorum), memory);
        let known = plan.recording.is_none().then(|| sigma_ppb(plan.volatility));
        Ok(Self {
            driver: Driver::new(&app, engine),
            players: Players::new(&users, plan, known),
            width_ms: app.settings.width_ms,
            app,
            clock,
            prices,
            waiting: Vec::new(),
            hours: plan.hours,
            is_calibrated: plan.is_calibrated,
            begin_ms,
            wall_ms: begin_ms.div_euclid(STEP_MS) * STEP_MS,
            played: Played::default(),
        })
    }

    /// Plays until every bet has its outcome.
    pub async fn play(&mut self) -> Result<Played, String> {
        let began = Instant::now();
        let opened_ms = self.warm_up().await?;
        let until_ms = self.taps_end_ms(opened_ms);
        while self.wall_ms < until_ms {
            self.step().await?;
            self.tap().await?;
        }
        self.drain().await?;
        let mut played = std::mem::take(&mut self.played);
        played.betting_ms = until_ms - opened_ms;
        played.simulated_ms = self.wall_ms - self.begin_ms;
        played.took = began.elapsed();
        Ok(played)
    }

    /// Steps until bets are taken; when that is. Errors: the prices end before.
    async fn warm_up(&mut self) -> Result<i64, String> {
        while self.app.market_state.view().betting != Betting::Open {
            if self.prices.end_ms().is_some_and(|end_ms| self.wall_ms > end_ms) {
                return Err("the recording ends before betting opens".to_owned());
            }
            self.step().await?;
        }
        Ok(self.wall_ms)
    }

    /// The last taps are made early enough for their columns to be settled and sealed before the prices end.
    fn taps_end_ms(&self, opened_ms: i64) -> i64 {
        let until_ms = opened_ms + (self.hours * 3_600_000.0) as i64;
        let settled_ms = (COLUMNS_AHEAD + 1) * self.width_ms + SEAL_MS;
        self.prices.end_ms().map_or(until_ms, |end_ms| until_ms.min(end_ms - settled_ms))
    }

    /// What the last step left to be done, then the next one: nothing of it stands between a step and its taps, because the market state
    /// takes no bets on a view that is ten real seconds old.
    async fn step(&mut self) -> Result<(), String> {
        if self.wall_ms % self.width_ms == 0 || self.waiting.len() >= WAITING_MAX {
            self.write_ticks().await?;
            self.settle().await?;
        }
        if self.is_calibrated && self.wall_ms % CALIBRATION_MS == 0 {
            self.calibrate().await?;
        }
        self.wall_ms += STEP_MS;
        let (wall_ms, mono_ms) = (self.wall_ms, self.wall_ms - self.begin_ms);
        self.clock.set(Timestamp::from_micros(wall_ms * 1_000));
        for update in self.prices.updates_until(wall_ms, mono_ms) {
            self.driver.feed(&update);
        }
        let kept = self.driver.step(wall_ms, mono_ms);
        self.record(&kept);
        self.waiting.push(kept);
        Ok(())
    }

    fn record(&mut self, kept: &StepRecord) {
        self.played.ticks += kept.ticks.len() as u64;
        if let Some(last) = kept.ticks.last() {
            let first = self.played.prices.map_or(last.price, |(first, _)| first);
            self.played.prices = Some((first, last.price));
        }
        self.played.heights.extend(kept.epoch.iter().map(|epoch| epoch.geometry.height_cents()));
    }

    /// Ticks to disk; the watermark follows. Once a column is enough, because nothing is decided in between.
    async fn write_ticks(&mut self) -> Result<(), String> {
        let waiting = Arc::new(std::mem::take(&mut self.waiting));
        engine::write_steps(&self.app, &waiting).await.map_err(|error| error.to_string())
    }

    async fn settle(&self) -> Result<(), String> {
        column_close::run(&self.app).await.map_err(|error| error.to_string())?;
        column_pay::run(&self.app).await.map_err(|error| error.to_string())?;
        Ok(())
    }

    /// What the hourly job does.
    async fn calibrate(&mut self) -> Result<(), String> {
        let fitted = calibration_fit::run(&self.app).await.map_err(|error| error.to_string())?;
        self.played.calibrators.extend(fitted);
        Ok(())
    }

    /// All taps of this step go to the batcher together.
    async fn tap(&mut self) -> Result<(), String> {
        let view = self.app.market_state.view().clone();
        let taps = self.players.taps(&view, self.wall_ms);
        let place = |tap: &BotTap| {
            let (app, tap) = (Arc::clone(&self.app), tap.clone());
            async move { bot_place::run(&app, &tap).await }
        };
        let answers = join_all(taps.iter().map(place)).await;
        for (tap, answer) in taps.iter().zip(answers) {
            match answer {
                Ok(placed) => self.played.bets.push(PlacedBet::of(&placed, &tap.quote, view.facts.as_ref())),
                Err(refusal) if refusal.code == "INTERNAL_ERROR" => return Err(refusal.to_string()),
                Err(refusal) => *self.played.refused.entry(refusal.code).or_default() += 1,
            }
        }
        Ok(())
    }

    /// Steps until everything is settled and its minute sealed. Errors: it never is.
    async fn drain(&mut self) -> Result<(), String> {
        let since_ms = self.wall_ms;
        let mut sealed_ms = since_ms + SEAL_MS;
        while self.wall_ms < sealed_ms {
            self.step().await?;
            if self.wall_ms % self.width_ms != 0 {
                continue;
            }
            let open = self.app.store.read(columns::unsettled).await.map_err(|error| error.to_string())?;
            if !open.is_empty() {
                sealed_ms = self.wall_ms + SEAL_MS + self.width_ms;
                // A recording that is over brings nothing any more: what is void by then stays for the check to see.
                let over = self.prices.end_ms().is_some_and(|end_ms| self.wall_ms > end_ms + REPAIR_MS);
                if over || self.wall_ms - since_ms > DRAIN_MS_MAX {
                    return Err(format!("{} columns cannot be settled", open.len()));
                }
            }
        }
        self.write_ticks().await
    }
}

async fn open_app(plan: &Plan, path: &Path, clock: &Arc<ManualClock>) -> Result<Arc<App>, String> {
    let config = StoreConfig::new("tap", Location::Sqlite(path.to_owned()));
    let store = Store::open(&config, &tap::open::migrations()).await.map_err(|error| error.to_string())?;
    let opening = Opening {
        clock: Arc::<ManualClock>::clone(clock),
        node: 0,
        public: PublicIds::new([1; 16]),
        chance: Arc::new(SeededChance::new(plan.seed)),
        secret: b"a simulation has no secrets at all".to_vec(),
        settings: Settings {
            warm_up_s: plan.warm_up_s,
            recovery_s: plan.recovery_s,
            batch_max: BATCH_MAX,
            ..Settings::default()
        },
    };
    App::over(store, opening).await.map_err(|error| error.to_string())
}

/// Players with wallets and money, made as for load runs.
async fn create_players(app: &App, count: u32) -> Result<Vec<UserId>, String> {
    let resource = format!("{}:hmac-sha256", tap::settings::KEY_URN);
    let wanted = serde_json::json!({
        "resources": vec![resource; count as usize], "first": 1, "money": MONEY,
    });
    let wanted: load_players::LoadPlayers =
        serde_json::from_value(wanted).map_err(|error| error.to_string())?;
    let made = load_players::run(app, &wanted).await.map_err(|refusal| refusal.to_string())?;
    let rows = made["players"].as_array().map(Vec::as_slice).unwrap_or_default();
    let user =
        |row: &serde_json::Value| app.public.decode::<UserId>(row["user"].as_str().unwrap_or_default());
    rows.iter().map(user).collect::<Result<_, _>>().map_err(|error| error.to_string())
}

/// Percent of a year as volatility per square root of a second, ppb.
fn sigma_ppb(percent: f64) -> i64 {
    const YEAR_S: f64 = 31_536_000.0;
    (percent / 100.0 / YEAR_S.sqrt() * 1e9).round() as i64
}
