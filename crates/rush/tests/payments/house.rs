//! A stall with something to buy, a gated gateway and the API behind a real edge. No facts here.

use crate::gate::GatedGateway;
use crate::harness::{Sale, Stall, actor};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use cluster::LocalLimiter;
use http_body_util::BodyExt;
use kernel::{Actor, Clock, Meaning, Refusal, TenantId, Timestamp, UserId};
use ledger::Book;
use rush::domain::booking::Booking;
use rush::domain::ids::PaymentId;
use rush::domain::role;
use rush::domain::webhook_signature::sign;
use rush::gateway::{MockGateway, MockSettings};
use rush::http::RushState;
use rush::usecase::{bookings_expire, payment_follow, webhooks_deliver};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use store::{Store, StoreError};
use tower::ServiceExt;
use web::{AccessLog, Edge, EdgeParts, EdgeSettings, Limits, TokenVerifier};

/// Seats of the house's one zone.
pub const SEATS: i64 = 4;
/// What one costs, minor units.
pub const PRICE: i64 = 150_000;
/// The buyer of most stories.
pub const ANN: &str = "customer 11 0";
/// Another buyer.
pub const BOB: &str = "customer 12 0";
pub const API: &str = "/rush/api/v1";

/// `ROLE USER TENANT`, tenant 0 for none.
#[derive(Debug)]
struct Words;

impl TokenVerifier for Words {
    fn verify(&self, token: &str, _: Timestamp) -> Result<Actor, Refusal> {
        actor_of(token).ok_or_else(|| Refusal::new(Meaning::Unauthenticated, "INVALID_TOKEN", "Who?"))
    }
}

pub fn actor_of(token: &str) -> Option<Actor> {
    let mut words = token.split(['_', ' ']);
    let role = match words.next()? {
        "super" => role::SUPER_ADMIN,
        word => role::ROLES.find(word)?,
    };
    let user = UserId(words.next()?.parse().ok()?);
    let tenant = words.next()?.parse().ok().filter(|tenant| *tenant != 0).map(TenantId);
    Some(Actor { user, tenant, role })
}

pub struct House {
    pub stall: Stall,
    pub gateway: Arc<GatedGateway>,
    pub tenant: TenantId,
    pub sale: Sale,
    router: Router,
    keys: AtomicU32,
}

impl House {
    pub async fn open(store: Store) -> Arc<Self> {
        Self::with(store, MockSettings::test()).await
    }

    pub async fn with(store: Store, settings: MockSettings) -> Arc<Self> {
        Self::limited(store, settings, Limits::Off).await
    }

    /// With limits in force.
    pub async fn limited(store: Store, settings: MockSettings, limits: Limits) -> Arc<Self> {
        let clock = testkit::standing_clock();
        let gateway = Arc::new(GatedGateway::new(MockGateway::new(settings, clock.clone())));
        let app = Stall::node_paying(store, clock.clone(), 0, gateway.clone()).await;
        let parts = EdgeParts {
            clock: clock.clone(),
            ids: app.public.clone(),
            verifiers: vec![("/", Arc::new(Words))],
            limiter: Arc::new(LocalLimiter::new()),
        };
        let settings = EdgeSettings { access_log: AccessLog::None, limits, ..EdgeSettings::default() };
        let edge = Edge::new(parts, settings);
        let state = RushState {
            app: app.clone(),
            edge: edge.clone(),
            default_tenant: "demo".into(),
            closing: web::shutdown().1,
        };
        let (router, _) = rush::http::api().with_state(state).split_for_parts();
        let stall = Stall::over(app, clock);
        let tenant = stall.tenant("demo").await.id;
        let sale = stall.sale(actor(5, tenant, role::ORGANIZER), "The hot one", SEATS).await;
        let (router, keys) = (edge.guard(router), AtomicU32::new(1));
        Arc::new(Self { stall, gateway, tenant, sale, router, keys })
    }

    /// Holds seats for whoever the token speaks for.
    pub async fn hold(&self, who: &str, quantity: i64) -> Held {
        self.try_hold(who, self.sale, quantity).await.expect("seats are held")
    }

    /// Holds seats of some sale, or hears why not.
    pub async fn try_hold(&self, who: &str, sale: Sale, quantity: i64) -> Result<Held, Refusal> {
        let actor = actor_of(who).expect("a token of this house");
        let booking = self.stall.reserve_as(actor.user, actor.tenant, sale, quantity).await?.booking;
        let public = &self.stall.app.public;
        Ok(Held {
            id: public.encode(booking.id),
            payment: public.encode(PaymentId(booking.id.0)),
            total: booking.total_minor,
            booking,
        })
    }

    pub fn fresh_key(&self) -> String {
        format!("key-{}", self.keys.fetch_add(1, Ordering::Relaxed))
    }

    /// Posts under a fresh key.
    pub async fn post(&self, who: &str, path: &str, body: Value) -> Reply {
        self.post_with(who, path, &self.fresh_key(), body).await
    }

    pub async fn post_with(&self, who: &str, path: &str, key: &str, body: Value) -> Reply {
        let request = Request::post(format!("{API}{path}"))
            .header("authorization", bearer(who))
            .header("content-type", "application/json")
            .header("idempotency-key", key);
        self.send(request.body(Body::from(body.to_string())).expect("well formed")).await
    }

    pub async fn get(&self, who: &str, path: &str) -> Reply {
        let request = Request::get(format!("{API}{path}")).header("authorization", bearer(who));
        self.send(request.body(Body::empty()).expect("well formed")).await
    }

    /// Creates and charges in one go.
    pub async fn pay(&self, who: &str, held: &Held, card: &str) -> Reply {
        self.post(who, "/payments?auto_process=true", held.body(card)).await
    }

    /// Charges a payment, again or for the first time.
    pub async fn process(&self, who: &str, held: &Held, card: &str) -> Reply {
        let path = format!("/payments/{}/process", held.payment);
        self.post(who, &path, json!({ "metadata": { "card": card } })).await
    }

    /// The payment as its buyer sees it.
    pub async fn payment(&self, who: &str, held: &Held) -> Value {
        let told = self.get(who, &format!("/payments/{}", held.payment)).await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.json);
        told.json["data"].clone()
    }

    /// Status of the payment and of its booking.
    pub async fn standing(&self, who: &str, held: &Held) -> (String, String) {
        let payment = self.payment(who, held).await;
        let word = |field: &str| payment[field].as_str().unwrap_or_default().to_owned();
        (word("status"), word("booking_status"))
    }

    /// Delivers a webhook that the gateway signed just now.
    pub async fn webhook(&self, body: &Value) -> Reply {
        let body = body.to_string();
        let secret = MockSettings::test().webhook_secret;
        let signature = sign(&secret, body.as_bytes(), self.stall.clock.now());
        self.webhook_signed("mock", &signature, body).await
    }

    pub async fn webhook_signed(&self, gateway: &str, signature: &str, body: String) -> Reply {
        let request = Request::post(format!("{API}/webhooks/{gateway}")).header("x-signature", signature);
        self.send(request.body(Body::from(body)).expect("well formed")).await
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.expect("the router never fails");
        let replayed = response.headers().contains_key("idempotent-replayed");
        let status = response.status();
        let bytes = response.into_body().collect().await.expect("the body arrives").to_bytes();
        Reply { status, replayed, json: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }

    /// Moves the clock and does what is due of payments, until nothing is.
    pub async fn later(&self, seconds: i64) {
        self.stall.clock.advance_secs(seconds);
        while payment_follow::run(&self.stall.app).await.expect("payments can be followed") > 0 {}
    }

    /// Moves the clock past the deadline of holds and expires them.
    pub async fn holds_run_out(&self) {
        self.stall.clock.advance_secs(601);
        self.sweep().await;
    }

    pub async fn sweep(&self) -> usize {
        bookings_expire::run(&self.stall.app).await.expect("holds can be expired")
    }

    pub async fn deliver(&self) -> usize {
        webhooks_deliver::run(&self.stall.app).await.expect("webhooks can be delivered")
    }

    /// Free, held and sold seats of the zone: the ledger's own figures. They always sum to all seats.
    pub async fn seats(&self) -> (i64, i64, i64) {
        self.seats_of(self.sale).await
    }

    pub async fn seats_of(&self, sale: Sale) -> (i64, i64, i64) {
        let zone = sale.zone.0;
        let book = self.stall.app.store.write(move |tx| Book::load(tx, &[zone])).await;
        let book = book.unwrap_or_else(|error: StoreError| panic!("{error}"));
        let balances = book.account(zone).expect("the zone has an account").balances;
        // What refunds gave back came in beside the seats that the zone was made with.
        let sold = balances.debits_posted - (balances.credits_posted - SEATS);
        assert_eq!(balances.available() + balances.debits_pending + sold, SEATS);
        (balances.available(), balances.debits_pending, sold)
    }

    /// The kinds of events about a booking, in order.
    pub async fn published(&self, held: &Held) -> Vec<String> {
        let key = held.booking.id.0;
        let kinds = self.stall.app.store.read(move |tx| {
            let sql = "SELECT kind FROM outbox WHERE key = $1 ORDER BY seq";
            tx.query(sql, &[key.into()], |row| row.text(0))
        });
        kinds.await.unwrap_or_else(|error: StoreError| panic!("{error}"))
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        let count = self.stall.app.store.read(move |tx| tx.query_one(sql, &[], |row| row.int(0)));
        count.await.unwrap_or_else(|error: StoreError| panic!("{error}"))
    }

    /// Charges the gateway made and did not take back.
    pub fn money_kept(&self) -> usize {
        self.gateway.mock.charges().iter().filter(|(_, refunded)| !refunded).count()
    }

    pub fn charges(&self) -> usize {
        self.gateway.mock.charges().len()
    }
}

fn bearer(who: &str) -> String {
    format!("Bearer {}", who.replace(' ', "_"))
}

/// A held booking and what it is called outside.
pub struct Held {
    pub id: String,
    pub payment: String,
    pub total: i64,
    pub booking: Booking,
}

impl Held {
    pub fn body(&self, card: &str) -> Value {
        json!({ "booking_id": self.id, "amount": self.total, "currency": "THB", "method": "credit_card",
            "metadata": { "card": card } })
    }

    /// `payment.succeeded` about this booking's payment.
    pub fn succeeded(&self, event: &str, charge: &str) -> Value {
        json!({ "id": event, "type": "payment.succeeded", "data": { "payment_id": self.payment,
            "charge_id": charge, "amount": self.total, "currency": "THB" } })
    }
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub replayed: bool,
    pub json: Value,
}

impl Reply {
    /// Status and code, for refusals.
    pub fn refusal(&self) -> (u16, &str) {
        (self.status.as_u16(), self.json["error"]["code"].as_str().unwrap_or_default())
    }

    /// Status and the payment's state, for successes.
    pub fn state(&self) -> (u16, &str) {
        (self.status.as_u16(), self.json["data"]["status"].as_str().unwrap_or_default())
    }
}
