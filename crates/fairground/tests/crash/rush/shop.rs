//! Speaks Rush's API and the load profile's control calls over HTTP. What to ask and when is decided elsewhere.

use kernel::{Clock as _, PublicIds, SystemClock, TypedId as _, UserId};
use serde_json::{Value, json};
use std::io::Result;
use std::net::SocketAddr;
use testkit::Answer;
use testkit::http::Client;

/// Bookings in one question about states, the server's limit.
const QUESTION_MAX: usize = 500;
/// Seconds a buyer's token lives: longer than any round.
const TOKEN_LIFETIME_S: i64 = 3600;

/// What is on sale and who may buy.
#[derive(Debug, Clone)]
pub struct Shop {
    pub zones: Vec<Zone>,
    /// How many buyers there are.
    pub buyers: u32,
    tenant: Option<String>,
    first_user: i64,
}

/// A zone with seats.
#[derive(Debug, Clone)]
pub struct Zone {
    event: String,
    show: String,
    zone: String,
    price_minor: i64,
    currency: String,
}

impl Shop {
    /// Has the server make `zones` zones with `seats` seats each.
    pub fn open(address: SocketAddr, zones: u32, seats: u32) -> Self {
        let wishes = json!({
            "zones": zones, "events": 2, "seats_per_zone": seats, "sold_out_zones": 0, "max_tickets_per_user": 4,
        });
        let data = control(address, "/rush/_load/setup", &wishes);
        let zones: Vec<Zone> = list(&data["events"]).flat_map(zones_of).collect();
        assert!(!zones.is_empty(), "the set-up has no zones: {data}");
        Self {
            zones,
            buyers: u32::try_from(data["users"].as_u64().expect("users")).expect("users fit"),
            tenant: data["tenant_id"].as_str().map(str::to_owned),
            first_user: text(&data["first_user"]).parse().expect("first_user is a number"),
        }
    }

    /// Reserves `quantity` tickets of a zone.
    pub fn reserve(
        &self,
        client: &mut Client,
        buyer: u32,
        zone: usize,
        quantity: u32,
        key: &str,
    ) -> Result<Answer> {
        let zone = &self.zones[zone];
        let body = json!({
            "event_id": zone.event, "show_id": zone.show, "zone_id": zone.zone, "quantity": quantity,
        });
        self.post(client, buyer, "/rush/api/v1/bookings/reserve", key, &body)
    }

    /// Pays a booking with the mock gateway's good card.
    pub fn pay(
        &self,
        client: &mut Client,
        order: (u32, usize, u32),
        booking: &str,
        key: &str,
    ) -> Result<Answer> {
        let (buyer, zone, quantity) = order;
        let zone = &self.zones[zone];
        let body = json!({
            "booking_id": booking,
            "amount": zone.price_minor * i64::from(quantity),
            "currency": zone.currency,
            "method": "credit_card",
            "metadata": { "card": "4242424242424242" },
        });
        self.post(client, buyer, "/rush/api/v1/payments?auto_process=true", key, &body)
    }

    /// Releases a booking.
    pub fn cancel(&self, client: &mut Client, buyer: u32, booking: &str, key: &str) -> Result<Answer> {
        let path = format!("/rush/api/v1/bookings/{booking}/cancel");
        self.post(client, buyer, &path, key, &json!({}))
    }

    fn post(&self, client: &mut Client, buyer: u32, path: &str, key: &str, body: &Value) -> Result<Answer> {
        let bearer = format!("Bearer {}", self.token(buyer));
        let headers = [("authorization", bearer.as_str()), ("idempotency-key", key)];
        client.send("POST", path, &headers, body.to_string().as_bytes())
    }

    /// A buyer's token, signed with the load profile's own key: nobody logs in a hundred thousand times.
    fn token(&self, buyer: u32) -> String {
        let keys = identity::dev_keys();
        let user = PublicIds::new(keys.id_key).encode(UserId::from_i64(self.first_user + i64::from(buyer)));
        let now = SystemClock.now().as_secs();
        let claims = identity::Claims {
            iss: identity::ISSUER,
            aud: "rush",
            sub: &user,
            user_id: &user,
            email: "crash@fairground.invalid".into(),
            role: "customer",
            tenant_id: self.tenant.as_deref(),
            iat: now,
            exp: now + TOKEN_LIFETIME_S,
            nbf: None,
            sid: None,
            jti: None,
            ep: 0,
        };
        let key = identity::SigningKey::named_by_itself(&keys.signing_key).expect("the dev key is a key");
        identity::Keyring::new(key, Vec::new()).expect("one key has one name").mint(&claims)
    }
}

/// The states of bookings, in their order; `unknown` for one that is not there.
pub fn statuses(address: SocketAddr, bookings: &[&str]) -> Vec<String> {
    let mut found = Vec::with_capacity(bookings.len());
    for part in bookings.chunks(QUESTION_MAX) {
        let data = control(address, "/rush/_load/statuses", &json!({ "booking_ids": part }));
        found.extend(list(&data["statuses"]).map(|status| text(status).to_owned()));
    }
    assert_eq!(found.len(), bookings.len(), "one state per booking");
    found
}

/// A control call; the test cannot go on when it fails.
fn control(address: SocketAddr, path: &str, body: &Value) -> Value {
    let answer = Client::new(address).send("POST", path, &[], body.to_string().as_bytes());
    let answer = answer.unwrap_or_else(|error| panic!("{path}: {error}"));
    assert!((200..300).contains(&answer.status), "{path}: {} {}", answer.status, answer.text);
    answer.json["data"].clone()
}

fn zones_of(event: &Value) -> impl Iterator<Item = Zone> {
    list(&event["zones"]).map(|zone| Zone {
        event: text(&event["event_id"]).to_owned(),
        show: text(&event["show_id"]).to_owned(),
        zone: text(&zone["zone_id"]).to_owned(),
        price_minor: zone["price_minor"].as_i64().expect("price_minor"),
        currency: text(&zone["currency"]).to_owned(),
    })
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("expected a text, got {value}"))
}
