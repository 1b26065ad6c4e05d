//! A stall over a fresh database, its doors, a market and players. No facts here.

pub mod checks;
pub mod front;
pub mod market;
pub mod player;

pub use front::{Answer, Front, RequestOptions};
pub use market::Market;
pub use player::{Offer, Player, Tap};

use axum::http::Method;
use identity::SystemChance;
use kernel::{Clock as _, ManualClock, PublicIds, Timestamp, UserId};
use ledger::{Book, Transfer};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::{Store, StoreError, locator};
use tap::app::App;
use tap::domain::money::{CASH, cash_account, locator_kind, player_account, transfer_code};
use tap::open::Opening;
use tap::settings::Settings;

/// The price at which every story begins, cents.
pub const START: i64 = 6_000_500;

/// Every table of the stall but the ground's, for `on_both_backends!`.
pub static TABLES: std::sync::LazyLock<Vec<store::MigrationSet>> =
    std::sync::LazyLock::new(tap::open::migrations);

/// The stall, its doors and its market.
pub struct Story {
    pub app: Arc<App>,
    pub clock: Arc<ManualClock>,
    pub front: Front,
    pub market: Market,
    next: AtomicI64,
}

/// The settings of a story: a short recovery, a faucet, operators.
pub fn settings() -> Settings {
    Settings { faucet: true, recovery_s: 1, admin_token: "operator-token".into(), ..Settings::default() }
}

impl Story {
    /// A stall that takes bets: prices have been fresh for a while.
    pub async fn open(store: Store) -> Self {
        Self::with(store, settings()).await
    }

    pub async fn with(store: Store, settings: Settings) -> Self {
        let mut story = Self::cold(store, settings, testkit::standing_clock()).await;
        story.run(3_000).await;
        assert_eq!(story.app.market_state.view().betting, tap::domain::price_engine::Betting::Open);
        story
    }

    /// A stall that has heard no price since it was opened.
    pub async fn cold(store: Store, settings: Settings, clock: Arc<ManualClock>) -> Self {
        let app = node(store, settings, clock.clone(), 0).await;
        let front = Front::of(&app, clock.clone(), web::Limits::Off);
        let market = Market::of(&app, clock.clone()).await;
        Self { app, clock, front, market, next: AtomicI64::new(1) }
    }

    /// The same database and clock, opened once more: what a restart finds.
    pub async fn reopened(self) -> Self {
        let (store, settings) = (self.app.store.clone(), self.app.settings.clone());
        self.reopened_with(store, settings).await
    }

    /// The same with other settings.
    pub async fn reopened_with(self, store: Store, settings: Settings) -> Self {
        let (clock, next) = (self.clock.clone(), self.next.load(Ordering::Relaxed));
        drop(self);
        let story = Self::cold(store, settings, clock).await;
        story.next.store(next, Ordering::Relaxed);
        story
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn now_ms(&self) -> i64 {
        self.clock.now().as_micros() / 1_000
    }

    /// Lets `ms` pass with prices every 100 ms; ticks are on disk afterwards and the market state has the newest.
    pub async fn run(&mut self, ms: i64) {
        self.market.run(&self.app, ms).await;
    }

    /// Lets time pass until `at_ms`, prices and all.
    pub async fn run_to(&mut self, at_ms: i64) {
        let left = at_ms - self.now_ms();
        assert!(left >= 0, "time does not go back");
        self.run(left).await;
    }

    /// Moves the clock alone.
    pub fn wait_ms(&self, ms: i64) {
        kernel::Clock::set(&*self.clock, Timestamp::from_micros(self.now().as_micros() + ms * 1_000));
    }

    /// One run of the settling job.
    pub async fn settle(&self) -> usize {
        let closed = tap::usecase::column_close::run(&self.app).await.unwrap();
        closed + tap::usecase::column_pay::run(&self.app).await.unwrap()
    }

    /// A number that no other caller got.
    pub fn fresh(&self) -> i64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// A player who is logged in and has `cents`.
    pub async fn player(&self, cents: i64) -> Player {
        let scheme = ["secp256k1", "ed25519", "hmac-sha256"][usize::try_from(self.fresh()).unwrap() % 3];
        let player = Player::log_in(self, scheme).await;
        if cents > 0 {
            self.deposit(&player, cents).await;
        }
        player
    }

    /// Pays in, as the faucet would on a day of its own.
    pub async fn deposit(&self, player: &Player, cents: i64) {
        let (now, user, day) = (self.now(), player.user, 1_000_000 + self.fresh());
        let id = self.app.ids.next(now);
        let paid = self.app.store.write(move |tx| {
            let mut book = Book::load(tx, &[CASH, user.0])?;
            book.open(cash_account());
            book.open(player_account(user));
            let transfer = Transfer::single(id, CASH, user.0, cents, transfer_code::DEPOSIT);
            book.transfer(&transfer, now).unwrap();
            book.save(tx)?;
            locator::insert(tx, user.0, locator_kind::FAUCET, day, id)
        });
        let paid: Result<(), StoreError> = paid.await;
        paid.unwrap();
    }

    /// The cells that can be tapped now: newest quote.
    pub fn offers(&self) -> Vec<Offer> {
        Offer::all(&self.app.market_state.view())
    }

    /// The cells of one column; `ahead` of the first that can be tapped.
    pub fn offers_in(&self, ahead: i64) -> Vec<Offer> {
        let first = self.now_ms().div_euclid(self.app.settings.width_ms) + 2;
        self.offers().into_iter().filter(|offer| offer.cell.column() == first + ahead).collect()
    }

    /// Sends a tap.
    pub async fn tap(&self, player: &Player, tap: &Tap) -> Answer {
        self.front.post("/tap/api/bets", player, &tap.body(player)).await
    }

    /// A tap that must succeed: the answer's body.
    pub async fn bet(&self, player: &Player, offer: &Offer, amount: i64) -> Value {
        let answer = self.tap(player, &Tap::on(self, offer, amount)).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json
    }

    pub async fn get(&self, path: &str, player: &Player) -> Answer {
        self.front
            .request(
                &Method::GET,
                path,
                RequestOptions { token: Some(&player.session), ..RequestOptions::default() },
            )
            .await
    }

    /// Reads as nobody.
    pub async fn look(&self, path: &str) -> Answer {
        self.front.request(&Method::GET, path, RequestOptions::default()).await
    }

    pub async fn balance(&self, player: &Player) -> i64 {
        self.get("/tap/api/balance", player).await.json["balance"].as_i64().unwrap()
    }

    /// The bet as its owner reads it.
    pub async fn shown(&self, player: &Player, bet: &Value) -> Value {
        let id = bet["bet_id"].as_str().unwrap();
        let answer = self.get(&format!("/tap/api/bets/{id}"), player).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json
    }
}

/// One node over a database.
pub async fn node(store: Store, settings: Settings, clock: Arc<ManualClock>, node: u8) -> Arc<App> {
    let opening = Opening {
        clock,
        node,
        public: PublicIds::new([7; 16]),
        chance: Arc::new(SystemChance),
        secret: b"a secret of thirty-two bytes or so".to_vec(),
        settings,
    };
    App::over(store, opening).await.expect("the stall opens")
}

/// The user of a public id.
pub fn user_of(app: &App, id: &str) -> UserId {
    app.public.decode::<UserId>(id).expect("a user's id")
}
