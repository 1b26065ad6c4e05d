//! The simulated Telegram against a webhook that remembers what it got: payments, refunds, and every fault of delivery.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use kernel::SystemClock;
use mock::telegram::{BOT_TOKEN, FIRST_USER, Fault, Payment, SimulatedTelegram, TelegramSettings, start};
use outbound::{HttpClient, Request};
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A bot that approves every purchase and answers its first `refusals` updates with 500.
#[derive(Default)]
struct Bot {
    api: Mutex<String>,
    updates: Mutex<Vec<Value>>,
    refusals: AtomicUsize,
}

struct World {
    telegram: SimulatedTelegram,
    bot: Arc<Bot>,
    // Both ends live as long as this.
    _shutdown: web::Shutdown,
}

impl World {
    async fn new() -> Self {
        let (shutdown, closing) = web::shutdown();
        let settings = TelegramSettings { retry_ms: 5, ..TelegramSettings::default() };
        let telegram = start(settings, Arc::new(SystemClock), closing.clone()).await.unwrap();
        let bot = Arc::new(Bot { api: Mutex::new(telegram.url()), ..Bot::default() });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hook = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().route("/hook", post(on_update)).with_state(bot.clone());
        tokio::spawn(async move { web::serve(listener, router, closing).await });
        let world = Self { telegram, bot, _shutdown: shutdown };
        let webhook = json!({ "url": hook, "secret_token": "s-1" });
        assert_eq!(world.call("setWebhook", &webhook).await, Ok(json!(true)));
        world
    }

    async fn call(&self, method: &str, parameters: &Value) -> Result<Value, String> {
        call(&self.telegram.url(), method, parameters).await
    }

    async fn invoice(&self) -> String {
        let prices = json!([{ "label": "Credit", "amount": 100 }]);
        let invoice = json!({ "title": "100 credit", "description": "Credit", "payload": "p-1",
            "provider_token": "", "currency": "XTR", "prices": prices });
        self.call("createInvoiceLink", &invoice).await.unwrap().as_str().unwrap().to_owned()
    }

    /// Waits until the bot has that many messages, pre-checkout queries left out.
    async fn messages(&self, count: usize) -> Vec<Value> {
        for _ in 0..400 {
            let got = self.seen();
            if got.len() >= count {
                return got;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{count} messages never came: {:?}", self.seen());
    }

    fn seen(&self) -> Vec<Value> {
        let updates = self.bot.updates.lock();
        updates.iter().filter(|update| update.get("message").is_some()).cloned().collect()
    }
}

async fn call(api: &str, method: &str, parameters: &Value) -> Result<Value, String> {
    let url = format!("{api}/bot{BOT_TOKEN}/{method}");
    let answer = HttpClient::default().send(Request::post_json(url, parameters.to_string())).await.unwrap();
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    if body["ok"] == json!(true) { Ok(body["result"].clone()) } else { Err(body["description"].to_string()) }
}

async fn on_update(State(bot): State<Arc<Bot>>, headers: HeaderMap, body: String) -> StatusCode {
    assert_eq!(headers["x-telegram-bot-api-secret-token"], "s-1");
    let update: Value = serde_json::from_str(&body).unwrap();
    if bot.refusals.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    if let Some(query) = update.get("pre_checkout_query") {
        let api = bot.api.lock().clone();
        let answer = json!({ "pre_checkout_query_id": query["id"], "ok": true });
        // The second delivery of one query is too late, as Telegram says.
        let _ = call(&api, "answerPreCheckoutQuery", &answer).await;
    }
    bot.updates.lock().push(update);
    StatusCode::OK
}

#[tokio::test]
async fn a_purchase_asks_the_bot_charges_and_tells_it_once() {
    let world = World::new().await;
    let link = world.invoice().await;
    let Payment::Paid(charge) = world.telegram.pay(FIRST_USER, &link).await else { panic!("it is paid") };
    let got = world.messages(1).await;
    let paid = &got[0]["message"]["successful_payment"];
    assert_eq!((&paid["telegram_payment_charge_id"], &paid["total_amount"]), (&json!(charge), &json!(100)));
    assert_eq!(got[0]["message"]["from"]["id"], json!(FIRST_USER));
    let listed = world.call("getStarTransactions", &json!({})).await.unwrap();
    assert_eq!(listed["transactions"][0]["id"], json!(charge));
    assert_eq!(listed["transactions"][0]["source"]["invoice_payload"], json!("p-1"));
}

#[tokio::test]
async fn a_refused_update_comes_again_until_it_is_taken() {
    let world = World::new().await;
    world.bot.refusals.store(3, Ordering::SeqCst);
    world.telegram.write(FIRST_USER, "/paysupport");
    assert_eq!(world.messages(1).await[0]["message"]["text"], json!("/paysupport"));
}

#[tokio::test]
async fn updates_come_twice_late_reversed_or_never_as_told() {
    let world = World::new().await;
    world.telegram.set_fault(Fault::Twice);
    world.telegram.write(FIRST_USER, "a");
    let twice = world.messages(2).await;
    assert_eq!(twice[0]["update_id"], twice[1]["update_id"]);
    world.telegram.set_fault(Fault::Late);
    ["b", "c"].iter().for_each(|text| world.telegram.write(FIRST_USER, text));
    assert_eq!((world.seen().len(), world.telegram.release()), (2, 2));
    let texts = |got: Vec<Value>| got.iter().map(|one| one["message"]["text"].clone()).collect::<Vec<_>>();
    assert_eq!(texts(world.messages(4).await)[2..], [json!("c"), json!("b")]);
    world.telegram.set_fault(Fault::Reversed);
    ["d", "e", "f"].iter().for_each(|text| world.telegram.write(FIRST_USER, text));
    assert_eq!(texts(world.messages(7).await)[4..], [json!("f"), json!("e"), json!("d")]);
    world.telegram.set_fault(Fault::Lost);
    world.telegram.write(FIRST_USER, "g");
    world.telegram.set_fault(Fault::None);
    world.telegram.write(FIRST_USER, "h");
    assert_eq!(texts(world.messages(8).await)[7..], [json!("h")]);
}

#[tokio::test]
async fn a_refund_is_done_once_and_the_bot_is_told() {
    let world = World::new().await;
    let link = world.invoice().await;
    let Payment::Paid(charge) = world.telegram.pay(FIRST_USER, &link).await else { panic!("it is paid") };
    let refund = json!({ "user_id": FIRST_USER, "telegram_payment_charge_id": charge });
    assert_eq!(world.call("refundStarPayment", &refund).await, Ok(json!(true)));
    let again = world.call("refundStarPayment", &refund).await.unwrap_err();
    assert!(again.contains("CHARGE_ALREADY_REFUNDED"), "{again}");
    let got = world.messages(2).await;
    assert!(got.iter().any(|update| update["message"]["refunded_payment"]["total_amount"] == json!(100)));
    assert!(world.telegram.is_refunded(&charge));
}

#[tokio::test]
async fn an_invoice_that_telegram_would_refuse_is_refused() {
    let world = World::new().await;
    let sound = json!({ "title": "t", "description": "d", "payload": "p", "currency": "XTR",
        "prices": [{ "label": "l", "amount": 1 }] });
    for (field, value) in [
        ("title", json!("")),
        ("title", json!("t".repeat(33))),
        ("description", json!("d".repeat(256))),
        ("payload", json!("p".repeat(129))),
        ("currency", json!("EUR")),
        ("provider_token", json!("x")),
        ("prices", json!([])),
        ("prices", json!([{ "label": "l", "amount": 1 }, { "label": "m", "amount": 1 }])),
        ("prices", json!([{ "label": "l", "amount": 0 }])),
    ] {
        let mut invoice = sound.clone();
        invoice[field] = value;
        assert!(world.call("createInvoiceLink", &invoice).await.is_err(), "{invoice}");
    }
    world.telegram.set_fault(Fault::Refuse);
    assert!(world.call("createInvoiceLink", &sound).await.is_err());
}
