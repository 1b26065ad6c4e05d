//! A small sound database of Tap, made by its own engine and use cases on a clock that is moved by hand: columns with
//! wins and losses, a void one, one that is being paid, one that is open, a bet without money, sealed minutes.

use crate::tests::NOT_SEALED;
use identity::SystemChance;
use identity::proofs::wallet::WalletSession;
use kernel::{Clock as _, ManualClock, PublicIds, Timestamp, UserId};
use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{Location, StoreConfig};
use tap::app::App;
use tap::domain::cell::CellId;
use tap::domain::market::SourceSettings;
use tap::domain::price_engine::{EngineSettings, PriceEngine};
use tap::domain::quote::Snapshot;
use tap::domain::venue_update::{MarketEvent, Quote, Venue, VenueUpdate};
use tap::domain::withdrawal::Resolution;
use tap::engine::tick_writer::{self, StepRecord};
use tap::market_state::View;
use tap::open::Opening;
use tap::settings::Settings;
use tap::usecase::bot_place::BotTap;
use tap::usecase::deposit_record::{self, Arrived};
use tap::usecase::withdrawal_decide::{self, DecisionRequest};
use tap::usecase::{bot_place, column_close, column_pay, load_players, session, withdrawal_request};

/// 2030-01-01T00:00:00Z, the beginning of a minute.
const START_MS: i64 = 1_893_456_000_000;
const STEP_MS: i64 = 100;
const WIDTH_MS: i64 = 1_000;
/// What the two rich players have, and the poor one; cents.
const RICH: i64 = 1_000_000;
const POOR: i64 = 100;

fn tap(user: UserId, quote: &Arc<Snapshot>, cell: CellId, amount: i64) -> BotTap {
    BotTap { user, quote: Arc::clone(quote), cell, amount, tolerance_percent: Some(10) }
}

/// Makes the database at `location`; closed when this returns.
pub async fn make_tap(location: Location) {
    let mut ground = Ground::open(location).await;
    ground.walk(70_000).await;
    // Two columns with bets of both rich players, each decided and paid.
    let (first, second) = (ground.players(2, RICH).await, ground.players(1, POOR).await);
    for _ in 0..2 {
        let columns = ground.bet_on_rows(&first).await;
        ground.walk(8_000).await;
        ground.decide().await;
        ground.pay().await;
        assert!(columns.iter().all(|column| *column < ground.column()));
    }
    ground.bet_on_one(second[0], 500).await.expect_err("100 cents are no 500");
    ground.bet_on_one(second[0], 100).await.expect("100 cents are 100");
    // The price is away for longer than it may be carried: void, but for what was touched before.
    ground.bet_on_rows(&first).await;
    ground.clock_on(9_000);
    ground.walk(20_000).await;
    ground.decide().await;
    ground.pay().await;
    // One column stays decided and unpaid, the last bets stay open.
    ground.bet_on_rows(&first).await;
    ground.walk(8_000).await;
    ground.bet_on_rows(&first).await;
    ground.decide().await;
    // Money came in, left, came back and waits.
    ground.move_money(first[0]).await;
    let not_sealed =
        |tx: &mut store::Tx<'_>| NOT_SEALED.split(';').try_for_each(|sql| tx.execute(sql, &[]).map(drop));
    ground.app.store.write(not_sealed).await.map_err(|error: store::StoreError| error.to_string()).unwrap();
    ground.app.store.close().await;
}

struct Ground {
    app: Arc<App>,
    clock: Arc<ManualClock>,
    engine: PriceEngine,
    rng: SmallRng,
    /// Of the market, hundredths of a millionth of a cent as venues count.
    price_e8: i64,
    trade: i64,
    /// Wallets that were made.
    made: u64,
    snapshots: Vec<Arc<Snapshot>>,
    kept: Vec<StepRecord>,
    /// What players show to be believed.
    sessions: HashMap<UserId, String>,
}

impl Ground {
    async fn open(location: Location) -> Self {
        let clock = Arc::new(ManualClock::new(Timestamp::from_micros(START_MS * 1_000)));
        let settings = Settings {
            width_ms: WIDTH_MS,
            bankroll: 100_000_000,
            repair: Duration::ZERO,
            warm_up_s: 3,
            recovery_s: 1,
            ..Settings::default()
        };
        let engine = EngineSettings {
            width_ms: WIDTH_MS,
            edge_bp: settings.edge_bp,
            crossing: settings.crossing,
            touch_grace_columns: 0,
            warm_up_returns: 3,
            recovery_ms: 1_000,
            sources: vec![SourceSettings { name: "only".to_owned(), quote: Quote::Usd }],
            quorum: 1,
        };
        let opening = Opening {
            clock: clock.clone(),
            node: 1,
            public: PublicIds::new([7; 16]),
            chance: Arc::new(SystemChance),
            secret: vec![7; 32],
            settings,
        };
        let app = App::open(&StoreConfig::new("tap", location), opening).await.unwrap();
        let engine = PriceEngine::new(engine, app.memory().await.unwrap());
        let rng = SmallRng::seed_from_u64(5);
        let (price_e8, snapshots, kept) = (6_000_000_000_000, Vec::new(), Vec::new());
        let sessions = HashMap::new();
        Self { app, clock, engine, rng, price_e8, trade: 0, made: 0, snapshots, kept, sessions }
    }

    fn now_ms(&self) -> i64 {
        self.clock.now().as_micros() / 1_000
    }

    fn column(&self) -> i64 {
        self.now_ms() / WIDTH_MS
    }

    /// Time passes and nobody says anything, the engine not even asked.
    fn clock_on(&mut self, ms: i64) {
        self.clock.set(Timestamp::from_micros((self.now_ms() + ms) * 1_000));
    }

    /// Time passes, the price walks, and everything is kept and shown as a server does it.
    async fn walk(&mut self, ms: i64) {
        for _ in 0..ms / STEP_MS {
            self.clock_on(STEP_MS);
            self.step();
        }
        let steps = Arc::new(std::mem::take(&mut self.kept));
        tick_writer::write(&self.app, &steps).await.unwrap();
        self.show();
    }

    fn step(&mut self) {
        let (wall_ms, mono_ms) = (self.now_ms(), self.now_ms() - START_MS);
        self.trade += 1;
        self.price_e8 += self.rng.random_range(-300..=300) * 1_000_000;
        let event = MarketEvent::Trade { trade_id: self.trade, price: self.price_e8 };
        let event_ms = Some(wall_ms);
        self.engine.feed(&VenueUpdate { venue: Venue(0), event, mono_ms, recv_ms: wall_ms, event_ms });
        let step = self.engine.step(wall_ms, mono_ms);
        assert_eq!(step.chain_fault, None);
        self.kept.push(StepRecord {
            ticks: step.ticks,
            blocks: step.blocks,
            transition: step.transition,
            epoch: step.epoch,
            volatility: None,
        });
    }

    fn show(&mut self) {
        let mono_ms = self.now_ms() - START_MS;
        self.snapshots = self.engine.snapshot(|_| false).map(Arc::new).into_iter().collect();
        self.app.market_state.set(View {
            tick: self.engine.last_tick(),
            betting: self.engine.betting(mono_ms),
            breaker: self.engine.breaker(),
            resolves: self.engine.resolves(),
            facts: self.engine.facts(),
            heights: self.engine.heights().cloned(),
            snapshots: self.snapshots.clone(),
            at: Instant::now(),
            ..View::default()
        });
    }

    async fn players(&mut self, count: usize, money: i64) -> Vec<UserId> {
        let resources = vec!["urn:tap:session-key:hmac-sha256"; count];
        self.made += 10;
        let wanted = serde_json::json!({ "resources": resources, "first": self.made, "money": money });
        let wanted: load_players::LoadPlayers = serde_json::from_value(wanted).unwrap();
        let made = load_players::run(&self.app, &wanted).await.unwrap();
        let rows = made["players"].as_array().unwrap();
        let text = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap().to_owned();
        let user = |row: &serde_json::Value| self.app.public.decode(&text(row, "user")).unwrap();
        self.sessions.extend(rows.iter().map(|row| (user(row), text(row, "session_id"))));
        rows.iter().map(user).collect()
    }

    /// Both players bet on every offered row of the third column from now; the columns.
    async fn bet_on_rows(&mut self, players: &[UserId]) -> Vec<i64> {
        let snapshot = Arc::clone(self.snapshots.last().expect("the grid is shown"));
        let cells = offered(&snapshot, self.column() + 3);
        assert!(cells.len() > 4, "{} rows are offered", cells.len());
        for (cell, amount) in cells.iter().zip([100, 500, 1_000].into_iter().cycle()) {
            for player in players {
                bot_place::run(&self.app, &tap(*player, &snapshot, *cell, amount)).await.unwrap();
            }
        }
        cells.iter().map(|cell| cell.column()).collect()
    }

    async fn bet_on_one(&mut self, player: UserId, amount: i64) -> Result<(), kernel::Refusal> {
        let snapshot = Arc::clone(self.snapshots.last().expect("the grid is shown"));
        let cell = offered(&snapshot, self.column() + 4)[0];
        bot_place::run(&self.app, &tap(player, &snapshot, cell, amount)).await.map(drop)
    }

    async fn move_money(&self, player: UserId) {
        use Resolution::{Approve, Reject};
        let session = self.session(player).await;
        let (key, reference, operator) = ("in".to_owned(), "wire 7".to_owned(), "ada".to_owned());
        let arrived = Arrived { key, wallet: session.wallet, amount: 5_000, reference, operator };
        deposit_record::run(&self.app, arrived).await.unwrap();
        for (number, resolution) in [Some(Approve), Some(Reject), None].into_iter().enumerate() {
            let asked = (1_000, session.wallet);
            let asked = withdrawal_request::run(&self.app, &session, format!("out-{number}"), asked).await;
            let (id, operator, reason) = (asked.unwrap().0.id, "ada".to_owned(), "as asked".to_owned());
            if let Some(resolution) = resolution {
                let request = DecisionRequest { id, resolution, operator, reason };
                withdrawal_decide::run(&self.app, request).await.unwrap();
            }
        }
    }

    /// Of a player that was made here.
    async fn session(&self, player: UserId) -> Arc<WalletSession> {
        let shown = &self.sessions[&player];
        session::find(&self.app, shown).await.unwrap().session
    }

    async fn decide(&mut self) {
        assert!(column_close::run(&self.app).await.unwrap() > 0, "a column is due");
    }

    async fn pay(&mut self) {
        assert!(column_pay::run(&self.app).await.unwrap() > 0, "bets are due");
    }
}

/// The cells of a column that have a rate.
fn offered(snapshot: &Snapshot, column: i64) -> Vec<CellId> {
    let part = &snapshot.parts[0];
    let (low, height) = (part.low, part.geometry.height_cents());
    let rows = (0..i64::try_from(part.rows).unwrap()).map(|row| low + row * height);
    let cells = rows.filter_map(|low| CellId::new(part.geometry.epoch(), column, low, low + height));
    let has_rate = |cell: &CellId| snapshot.find(cell).is_some_and(|quoted| quoted.priced.rate.is_some());
    cells.filter(has_rate).collect()
}

/// A sound SQLite database of Tap in `folder`.
pub fn make_sound_tap(folder: &Path) -> PathBuf {
    let path = folder.join("tap.db");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(make_tap(Location::Sqlite(path.clone())));
    path
}
