//! Buyers at the API's door: reserve, release, pay, confirm, look. The stall is opened as the binary opens it, the catalogue
//! is made by requests, and everything anybody does is a request; only what the accounts say afterwards is read from the
//! database. No facts here.

#![allow(dead_code, reason = "each test file uses its part of the harness")]

use axum::http::Method;
use identity::{Claims, ISSUER, Keyring, SigningKey};
use kernel::{Actor, Clock as _, PublicIds, TenantId, Timestamp, TypedId, UserId};
use rush::domain::role;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::future::Future;
use store::{StoreError, params};
use testkit::Answer;
use testkit::edge::{Call, public_ids};
use testkit::open_stall::{self, OpenStall, SIGNING_KEY, Values};

/// Where the API lies.
const API: &str = "/rush/api/v1";
/// The slug of the shop that strangers see.
pub const SHOP: &str = "demo";
/// Cards decide alone whether a payment succeeds, and the gateway answers at once.
const SETTINGS: Values<'_> = &[("payments.mock.success_percent", "100"), ("payments.mock.delay_ms", "0")];
/// The platform's own people.
const PLATFORM: Actor = Actor { user: UserId(1), tenant: None, role: role::SUPER_ADMIN };

pub fn on_sqlite<F: Future<Output = ()>>(story: impl FnOnce(OpenStall) -> F) {
    open_stall::on_sqlite(&rush::MANIFEST, SETTINGS, story);
}

pub fn on_postgres<F: Future<Output = ()>>(story: impl FnOnce(OpenStall) -> F) {
    open_stall::on_postgres(&rush::MANIFEST, SETTINGS, story);
}

/// A shop whose door is open.
pub struct Shop {
    pub stall: OpenStall,
    /// The tenant whose shop strangers see.
    pub tenant: TenantId,
    ids: PublicIds,
    keyring: Keyring,
}

/// Something to buy, by its public ids.
#[derive(Debug, Clone)]
pub struct Sale {
    pub event: String,
    pub show: String,
    pub zone: String,
}

/// A customer of no tenant.
pub fn buyer(number: i64) -> Actor {
    Actor { user: UserId(number), tenant: None, role: role::CUSTOMER }
}

/// A user of a tenant.
pub fn actor(user: i64, tenant: TenantId, role: kernel::Role) -> Actor {
    Actor { user: UserId(user), tenant: Some(tenant), role }
}

impl Shop {
    /// A shop that sells one zone of `seats`.
    pub async fn selling(stall: OpenStall, seats: i64) -> (Self, Sale) {
        let key = SigningKey::named_by_itself(SIGNING_KEY).expect("a key of 32 bytes");
        let keyring = Keyring::new(key, Vec::new()).expect("one key");
        let mut shop = Self { stall, tenant: TenantId(0), ids: public_ids(), keyring };
        shop.tenant = shop.open_tenant(SHOP).await;
        let sale = shop.sell(shop.tenant, "Night", seats).await;
        (shop, sale)
    }

    /// A tenant with this slug.
    pub async fn open_tenant(&self, slug: &str) -> TenantId {
        let body = json!({ "name": format!("The {slug} hall"), "slug": slug });
        let id = self.create(PLATFORM, "/tenants", &body).await;
        self.ids.decode(&id).expect("an id of ours")
    }

    /// An event on sale, with one show (2030-02-01 20:00 in Bangkok) and one zone of `seats` at ฿1,500.
    pub async fn sell(&self, tenant: TenantId, name: &str, seats: i64) -> Sale {
        let organizer = actor(10, tenant, role::ORGANIZER);
        let event = self.create(organizer, "/events", &json!({ "name": name })).await;
        let body = json!({ "show_date": "2030-02-01", "start_time": "20:00" });
        let show = self.create(organizer, &format!("/events/{event}/shows"), &body).await;
        let body = json!({ "name": "Floor", "price": 150_000, "total_seats": seats });
        let zone = self.create(organizer, &format!("/shows/{show}/zones"), &body).await;
        let published = self.call(organizer, &Method::POST, &format!("/events/{event}/publish")).send().await;
        assert_eq!(published.status, 200, "{}", published.text);
        Sale { event, show, zone }
    }

    /// Makes something that must be made: its id.
    async fn create(&self, who: Actor, path: &str, body: &Value) -> String {
        let made = self.call(who, &Method::POST, path).json(body).send().await;
        assert_eq!(made.status, 201, "{path}: {}", made.text);
        made.data()["id"].as_str().expect("what was made has an id").to_owned()
    }

    pub fn now(&self) -> Timestamp {
        self.stall.clock.now()
    }

    /// An id as it is written outside.
    pub fn public<I: TypedId>(&self, id: I) -> String {
        self.ids.encode(id)
    }

    /// The number of a zone's account.
    pub fn account(&self, zone: &str) -> i64 {
        let zone: rush::domain::ids::ZoneId = self.ids.decode(zone).expect("an id of ours");
        zone.0
    }

    /// A request of somebody, not sent yet.
    pub fn call(&self, who: Actor, method: &Method, path: &str) -> Call<'_> {
        self.stall.front.call(method.clone(), &format!("{API}{path}")).token(&self.token(who))
    }

    /// An access token as a log-in would give it.
    fn token(&self, actor: Actor) -> String {
        let (user, tenant) = (self.public(actor.user), actor.tenant.map(|tenant| self.public(tenant)));
        let now = self.now().as_secs();
        self.keyring.mint(&Claims {
            iss: ISSUER,
            aud: "rush",
            sub: &user,
            user_id: &user,
            email: Cow::Borrowed("somebody@example.test"),
            role: actor.role.as_str(),
            tenant_id: tenant.as_deref(),
            iat: now,
            exp: now + 900,
            nbf: None,
            sid: None,
            jti: None,
            ep: 0,
        })
    }

    /// Reads as somebody.
    pub async fn get(&self, who: Actor, path: &str) -> Answer {
        self.call(who, &Method::GET, path).send().await
    }

    /// Posts as somebody under a key.
    pub async fn post(&self, who: Actor, path: &str, key: &str, body: &Value) -> Answer {
        self.call(who, &Method::POST, path).key(key).json(body).send().await
    }

    /// Asks for seats.
    pub async fn reserve(&self, who: Actor, sale: &Sale, quantity: i64, key: &str) -> Answer {
        let body = json!({
            "event_id": sale.event, "show_id": sale.show, "zone_id": sale.zone, "quantity": quantity,
        });
        self.post(who, "/bookings/reserve", key, &body).await
    }

    /// Holds seats that must be there: the booking's id.
    pub async fn hold(&self, who: Actor, sale: &Sale, quantity: i64, key: &str) -> String {
        let answer = self.reserve(who, sale, quantity, key).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        booking_of(&answer)
    }

    /// Gives seats back.
    pub async fn release(&self, who: Actor, booking: &str) -> Answer {
        self.call(who, &Method::POST, &format!("/bookings/{booking}/cancel")).send().await
    }

    /// One booking as somebody sees it.
    pub async fn booking(&self, who: Actor, booking: &str) -> Answer {
        self.get(who, &format!("/bookings/{booking}")).await
    }

    /// Pays for a reservation with a test card.
    pub async fn pay(&self, who: Actor, reserved: &Answer, card: &str, key: &str) -> Answer {
        let data = reserved.data();
        let body = json!({
            "booking_id": data["booking_id"], "amount": data["total_price"], "currency": data["currency"],
            "method": "credit_card", "metadata": { "card": card },
        });
        self.post(who, "/payments?auto_process=true", key, &body).await
    }

    /// Seats left as the shop shows them to a stranger.
    pub async fn shown(&self, sale: &Sale) -> Value {
        let zone = self.stall.front.get(&format!("{API}/zones/{}", sale.zone)).send().await;
        zone.data()["available_seats"].clone()
    }

    /// (free, held, sold) as the zone's account says.
    pub async fn seats(&self, sale: &Sale) -> (i64, i64, i64) {
        let (sql, zone) = (
            "SELECT credits_posted - debits_posted - debits_pending, debits_pending, debits_posted
             FROM accounts WHERE id = $1",
            self.account(&sale.zone),
        );
        let read = self.stall.store.read(move |tx| {
            tx.query_one(sql, params![zone], |row| {
                Ok::<_, StoreError>((row.int(0)?, row.int(1)?, row.int(2)?))
            })
        });
        read.await.expect("the zone has an account")
    }

    /// The figure of a count.
    pub async fn count(&self, sql: &'static str) -> i64 {
        let count = self.stall.store.read(move |tx| tx.query_one(sql, &[], |row| row.int(0)));
        count.await.unwrap_or_else(|error: StoreError| panic!("{error}"))
    }

    /// One run of the job that lets holds run out, until it finds no more.
    pub async fn expire(&self) -> usize {
        self.stall.run_job("expire_holds").await
    }
}

/// The id in the answer to a reservation.
pub fn booking_of(answer: &Answer) -> String {
    answer.data()["booking_id"].as_str().expect("a booking has an id").to_owned()
}

/// Whether an answer was given before.
pub fn is_replayed(answer: &Answer) -> bool {
    answer.headers.has("idempotent-replayed")
}
