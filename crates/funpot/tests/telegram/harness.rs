//! The whole stall with its doors on a socket, a simulated Telegram beside it, and people who hold phones. No facts here.

use axum::http::Method;
use funpot::MANIFEST;
use kernel::ManualClock;
use mock::telegram::{BOT_TOKEN, FIRST_USER, Payment, SimulatedTelegram, TelegramSettings};
use mock::twitch::SimulatedTwitch;
use serde_json::{Value, json};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;
use testkit::Answer;
use testkit::open_stall::OpenStall;
use web::{Closing, Shutdown};

/// What Telegram shows with each update.
pub const WEBHOOK_SECRET: &str = "webhook-secret-1";
/// Who becomes the first superadmin.
pub const BOSS: i64 = FIRST_USER + 7;

/// The stall, its doors, and Telegram.
pub struct Story {
    pub stall: OpenStall,
    pub telegram: Arc<SimulatedTelegram>,
    pub twitch: Arc<SimulatedTwitch>,
    telegram_clock: Arc<ManualClock>,
    logins: AtomicU8,
    // While it lives the stall's socket is open.
    _shutdown: Shutdown,
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Person {
    pub tg_user_id: i64,
    pub token: String,
    pub refresh: String,
    pub user_id: String,
}

/// Runs a story on a fresh SQLite file.
pub fn on_sqlite<F: Future<Output = ()>>(story: impl FnOnce(Story) -> F) {
    let world = World::start();
    let values = world.values();
    let values: Vec<_> = values.iter().map(|(key, value)| (*key, value.as_str())).collect();
    testkit::open_stall::on_sqlite(&MANIFEST, &values, |stall| async {
        story(world.story(stall).await).await
    });
}

/// Runs a story on a fresh PostgreSQL schema.
pub fn on_postgres<F: Future<Output = ()>>(story: impl FnOnce(Story) -> F) {
    let world = World::start();
    let values = world.values();
    let values: Vec<_> = values.iter().map(|(key, value)| (*key, value.as_str())).collect();
    testkit::open_stall::on_postgres(&MANIFEST, &values, |stall| async {
        story(world.story(stall).await).await
    });
}

/// Telegram, on a thread of its own: it must have an address before the stall opens.
struct World {
    telegram: Arc<SimulatedTelegram>,
    twitch: Arc<SimulatedTwitch>,
    clock: Arc<ManualClock>,
    shutdown: Shutdown,
    closing: Closing,
}

impl World {
    fn start() -> Self {
        let clock = testkit::standing_clock();
        let (shutdown, closing) = web::shutdown();
        let (send, receive) = std::sync::mpsc::channel();
        let (on_thread, kept) = (clock.clone(), closing.clone());
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let settings = TelegramSettings { retry_ms: 20, ..TelegramSettings::default() };
                let mut until = closing.clone();
                let (listen, twitch_clock) = (settings.listen, on_thread.clone());
                let twitch =
                    mock::twitch::start(listen, twitch_clock, closing.clone()).await.expect("a port");
                let telegram = mock::telegram::start(settings, on_thread, closing).await.expect("a port");
                send.send((Arc::new(telegram), Arc::new(twitch))).expect("somebody waits for it");
                until.wait().await;
            });
        });
        let (telegram, twitch) = receive.recv().expect("they start");
        Self { telegram, twitch, clock, shutdown, closing: kept }
    }

    fn values(&self) -> Vec<(&'static str, String)> {
        vec![
            ("funpot.auth_telegram_bot_token", BOT_TOKEN.to_owned()),
            ("funpot.telegram_api_url", self.telegram.url()),
            ("funpot.telegram_app_url", "https://t.me/fair_bot/app".to_owned()),
            ("funpot.telegram_webhook_secret", WEBHOOK_SECRET.to_owned()),
            ("funpot.admin_user_ids", BOSS.to_string()),
            ("funpot.twitch_api_url", self.twitch.url()),
            ("funpot.twitch_auth_url", self.twitch.url()),
            ("funpot.twitch_client_id", mock::twitch::CLIENT_ID.to_owned()),
            ("funpot.twitch_client_secret", mock::twitch::CLIENT_SECRET.to_owned()),
            ("funpot.stars_reconcile_sec", "600".to_owned()),
        ]
    }

    async fn story(self, stall: OpenStall) -> Story {
        let (router, closing) = (stall.front.router(), self.closing.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let hook = format!(
            "http://{}/funpot/integrations/telegram/payments",
            listener.local_addr().expect("a bound socket has an address")
        );
        tokio::spawn(async move { web::serve(listener, router, closing).await });
        self.telegram.set_webhook(&hook, Some(WEBHOOK_SECRET));
        Story {
            stall,
            telegram: self.telegram,
            twitch: self.twitch,
            telegram_clock: self.clock,
            logins: AtomicU8::new(1),
            _shutdown: self.shutdown,
        }
    }
}

impl Story {
    /// Lets time pass, for everybody.
    pub fn advance(&self, seconds: i64) {
        self.stall.clock.advance_secs(seconds);
        self.telegram_clock.advance_secs(seconds);
    }

    /// Signs in; the whole answer.
    pub async fn login(&self, init_data: &str) -> Answer {
        let body = json!({ "initData": init_data });
        self.stall.front.call(Method::POST, "/funpot/api/auth/telegram").json(&body).send().await
    }

    /// The n-th person, signed in.
    pub async fn person(&self, number: i64) -> Person {
        self.invited(number, None).await
    }

    /// The same, come through a link.
    pub async fn invited(&self, number: i64, start_param: Option<&str>) -> Person {
        let tg_user_id = FIRST_USER + number;
        // Each log-in comes from an address of its own, so that no limit is met by the way.
        let ip = IpAddr::from([203, 0, 113, self.logins.fetch_add(1, Ordering::Relaxed)]);
        let body = json!({ "initData": self.telegram.init_data(tg_user_id, start_param) });
        let call = self.stall.front.call(Method::POST, "/funpot/api/auth/telegram").from(ip);
        let answer = call.json(&body).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Person {
            tg_user_id,
            token: text(&answer.json["token"]),
            refresh: text(&answer.json["refreshToken"]),
            user_id: text(&answer.json["user"]["userId"]),
        }
    }

    /// The first superadmin.
    pub async fn boss(&self) -> Person {
        self.person(BOSS - FIRST_USER).await
    }

    pub async fn get(&self, path: &str, person: &Person) -> Answer {
        self.stall.front.get(path).token(&person.token).send().await
    }

    pub async fn send(&self, method: Method, path: &str, person: &Person, body: &Value) -> Answer {
        self.stall.front.call(method, path).token(&person.token).json(body).send().await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.stall.front.call(Method::POST, path).json(body).send().await
    }

    /// An invoice's link and number.
    pub async fn invoice(&self, person: &Person, amount: i64) -> (String, String) {
        let path = "/funpot/api/payments/stars/createInvoice";
        let answer = self.send(Method::POST, path, person, &json!({ "amountINT": amount })).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let text = |name: &str| answer.json[name].as_str().unwrap_or_default().to_owned();
        (text("invoiceLink"), text("invoiceId"))
    }

    /// Buys credit and waits until it is there; the charge and the invoice's number.
    pub async fn buy(&self, person: &Person, amount: i64) -> (String, String) {
        let (link, invoice) = self.invoice(person, amount).await;
        let before = self.balance(person).await;
        let Payment::Paid(charge) = self.telegram.pay(person.tg_user_id, &link).await else {
            panic!("the purchase was refused")
        };
        self.eventually("the credit is there", async || self.balance(person).await > before).await;
        (charge, invoice)
    }

    /// What somebody can spend.
    pub async fn balance(&self, person: &Person) -> i64 {
        let me = self.get("/funpot/api/wallet", person).await;
        me.json["balance"].as_i64().unwrap_or_else(|| panic!("{}", me.text))
    }

    /// The same person with a token that is good now.
    pub async fn again(&self, person: &Person) -> Person {
        self.person(person.tg_user_id - FIRST_USER).await
    }

    /// Waits for what the other side does by itself, five seconds at most.
    pub async fn eventually(&self, what: &str, mut is_so: impl AsyncFnMut() -> bool) {
        for _ in 0..500 {
            if is_so().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it never came to this: {what}");
    }

    /// Delivers an update by hand; status and code.
    pub async fn update(&self, secret: Option<&str>, update: &Value) -> Answer {
        let call = self.stall.front.call(Method::POST, "/funpot/integrations/telegram/payments").json(update);
        let call = match secret {
            Some(secret) => call.header("x-telegram-bot-api-secret-token", secret),
            None => call,
        };
        call.send().await
    }

    /// What the database says, one number.
    pub async fn count(&self, sql: &'static str) -> i64 {
        let count = self.stall.store.read(move |tx| tx.query_one(sql, &[], |row| row.int(0)));
        let count: Result<i64, store::StoreError> = count.await;
        count.expect("the database answers")
    }
}

/// Status and code at once; the code of a success is empty.
pub fn says(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.json["error"]["code"].as_str().unwrap_or_default())
}
