//! The demonstration as a visitor meets it: planted through the verbs that everybody uses, with bots whose trades are in the books
//! and at the exchange alike.

use crate::harness::text;
use mock::{MockOptions, Running};
use outbound::{HttpClient, Request};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use testkit::open_stall::OpenStall;
use testkit::{TempStore, block_on, standing_clock};

struct Demo {
    stall: OpenStall,
    mocks: Vec<Running>,
    client: HttpClient,
    clock: Arc<kernel::ManualClock>,
    _shutdown: web::Shutdown,
}

async fn planted(place: &TempStore) -> Demo {
    let (shutdown, closing) = web::shutdown();
    let clock = standing_clock();
    let mut mocks = Vec::new();
    for name in ["oauth", "exchange", "bot"] {
        let options = MockOptions { clock: clock.clone(), seed: 7, ..MockOptions::default() };
        mocks.push(mock::start(name, &options, closing.clone()).await.expect("the mock starts"));
    }
    let endpoints = mocks.iter().flat_map(|mock| &mock.endpoints);
    let mut values: Vec<(&'static str, &str)> = endpoints.map(|(key, url)| (*key, url.as_str())).collect();
    values.push(("tiris.outside", "simulated"));
    let stall = OpenStall::open(&tiris::MANIFEST, place.config(), &values).await;
    stall.plant_demo().await;
    Demo { stall, mocks, client: HttpClient::default(), clock, _shutdown: shutdown }
}

impl Demo {
    async fn page(&self, path: &str, cookie: &str) -> testkit::Answer {
        let call = self.stall.front.get(path).header("cookie", cookie).header("host", "127.0.0.1:8080");
        call.send().await
    }

    async fn sign_in(&self, person: &str) -> String {
        let value = |answer: &testkit::Answer, name: &str| {
            let mut set = answer.headers.all("set-cookie");
            set.find_map(|line| line.split(';').next()?.strip_prefix(name).map(str::to_owned))
                .expect("a cookie")
        };
        let begun = self.page("/tiris/sign-in/google", "").await;
        let state = value(&begun, "fg_tiris_state=");
        let url = format!("{}&login_hint={person}", &begun.headers["location"]);
        let chosen = self.client.send(Request::get(url)).await.expect("a page");
        let back = chosen.header("location").expect("back").replace("http://127.0.0.1:8080", "");
        let returned = self.page(&back, &format!("fg_tiris_state={state}")).await;
        format!("fg_tiris={}", value(&returned, "fg_tiris="))
    }

    /// The curves ask for prices beside the answer: looked at until they are there.
    async fn settled(&self, path: &str, cookie: &str) -> String {
        for _ in 0..100 {
            let page = self.page(path, cookie).await;
            assert_eq!(page.status, 200, "{}", page.text);
            if !page.text.contains("Prices are being fetched") && !page.text.contains("正在获取价格") {
                return page.text;
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        panic!("no prices for {path}");
    }
}

#[test]
fn a_visitor_finds_curves_causes_lots_and_an_amount_that_nothing_explains() {
    block_on(async {
        let place = TempStore::sqlite(&[]).await;
        place.store().close().await;
        let demo = planted(&place).await;
        let ann = demo.sign_in("ann").await;
        let portfolio = demo.settled("/tiris/portfolio", &ann).await;
        for part in [
            "Core",
            "Ether, short average",
            "Bitcoin, short average",
            "Solana, on paper",
            "class=\"line\"",
            "Unexplained",
        ] {
            assert!(portfolio.contains(part), "{part} in {portfolio}");
        }
        let path = portfolio
            .split("href=\"/tiris/tradings/")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .expect("a link");
        let trading = demo.settled(&format!("/tiris/tradings/{path}"), &ann).await;
        for part in ["class=\"other\"", "Bought", "Sold", "its average of", "lotbox", "fairground verify"] {
            assert!(trading.contains(part), "{part} in {trading}");
        }
        let exchanges = demo.settled("/tiris/exchanges", &ann).await;
        for part in ["simu...0001", "read, trade", "−37.5", "moved it by hand", "binding.use"] {
            assert!(exchanges.contains(part), "{part} in {exchanges}");
        }
        assert!(!exchanges.contains("simulated-key-of-mei"), "keys are shown to nobody");
        let chen = demo.sign_in("chen").await;
        let chinese = demo.settled("/tiris/portfolio?lang=zh", &chen).await;
        assert!(chinese.contains("以太坊短均线") && chinese.contains("核心组合"), "{chinese}");
        let statement = demo.page(&format!("/tiris/tradings/{path}/statement.json"), &ann).await;
        assert_eq!(statement.status, 200);
        for (name, page) in
            [("portfolio", portfolio), ("trading", trading), ("exchanges", exchanges), ("chinese", chinese)]
        {
            if let Ok(folder) = std::env::var("FAIRGROUND_KEEP_PAGES") {
                std::fs::write(format!("{folder}/{name}.html"), page).expect("the page is kept");
            }
        }
        demo.stall.store.close().await;
    });
}

#[test]
fn a_bot_trades_at_the_exchange_and_its_events_are_booked_once() {
    block_on(async {
        let place = TempStore::sqlite(&[]).await;
        place.store().close().await;
        let demo = planted(&place).await;
        let [exchange, bot] = ["tiris.exchange_url", "tiris.bot_url"]
            .map(|key| demo.mocks.iter().find_map(|mock| mock.endpoint(key)).expect("an address").to_owned());
        // Somebody of their own, by API key, with money in a pot.
        let ann = demo.stall.front.post("/tiris/v1/auth/signup",
            &json!({"email": "dora@example.org", "password": "planted-pass-word", "full_name": "Dora Dee"})).send().await;
        let (token, user) = (text(&ann.json["data"], "access_token"), text(&ann.json["data"]["user"], "id"));
        let post = async |path: &str, body: Value| {
            let answer = demo.stall.front.post(&format!("/tiris/v1{path}"), &body).token(&token).send().await;
            assert!(answer.status < 300, "{path}: {}", answer.text);
            answer.json["data"].clone()
        };
        let list = demo.stall.front.get("/tiris/v1/tradings").token(&token).send().await;
        let trading = text(&list.json["data"]["tradings"][0], "id");
        let pot = async |symbol: &str| {
            text(
                &post("/sub-accounts", json!({"trading_id": trading, "name": symbol, "symbol": symbol}))
                    .await,
                "id",
            )
        };
        let (eth, usdt) = (pot("ETH").await, pot("USDT").await);
        post(&format!("/sub-accounts/{usdt}/deposit"), json!({"amount": "10000"})).await;
        let orders = json!({"user_id": user, "trading_id": trading, "stock_account_id": eth, "currency_account_id": usdt,
            "market": "ETH/USDT", "volume": "0.1", "every_ms": 50, "exchange_url": exchange, "exchange_key": "", "exchange_secret": ""});
        let started = demo
            .client
            .send(Request::post_json(format!("{bot}/bots"), orders.to_string()))
            .await
            .expect("an answer");
        assert_eq!(started.status, 201);
        let mut events: Vec<Value> = Vec::new();
        for _ in 0..300 {
            demo.clock.advance_secs(3);
            tokio::time::sleep(Duration::from_millis(25)).await;
            let answer =
                demo.client.send(Request::get(format!("{bot}/events?after=0"))).await.expect("events");
            let body: Value = serde_json::from_slice(&answer.body).expect("JSON");
            events = body["events"].as_array().cloned().unwrap_or_default();
            if events.iter().any(|row| row["subject"] == "trading.orders.filled") {
                break;
            }
        }
        let bodies: Vec<Value> =
            events.iter().map(|row| json!({"subject": row["subject"], "event": row["event"]})).collect();
        assert!(!bodies.is_empty(), "the bot trades");
        let once = post("/events", json!({"events": bodies})).await;
        assert!(
            once["results"].as_array().expect("rows").iter().all(|row| row["status"] == "applied"),
            "{once}"
        );
        let twice = post("/events", json!({"events": bodies})).await;
        assert!(
            twice["results"].as_array().expect("rows").iter().all(|row| row["status"] == "duplicate"),
            "{twice}"
        );
        let held = demo.stall.front.get(&format!("/tiris/v1/sub-accounts/{eth}")).token(&token).send().await;
        assert_ne!(held.json["data"]["balance"], "0.00000000", "{}", held.text);
        demo.stall.store.close().await;
    });
}
