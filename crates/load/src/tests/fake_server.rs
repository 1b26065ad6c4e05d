//! A server in miniature: the load profile's endpoints and just enough selling for a run, with defects to order.

use super::super::SigningKeys;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// What this server does wrong.
#[derive(Debug, Clone, Copy, Default)]
pub struct Defects {
    /// Every tenth acknowledged booking is forgotten.
    pub forgets: bool,
    /// A replayed key makes a new booking.
    pub forgets_keys: bool,
    /// The check does not hold.
    pub check_fails: bool,
    /// Every hundredth reserve is a 503.
    pub breaks: bool,
    /// The request with this number waits so long before it is answered.
    pub stall: Option<(u64, Duration)>,
    /// It stops filling half-way.
    pub fills_half: bool,
    /// There is no load profile.
    pub production: bool,
}

struct World {
    defects: Defects,
    requests: u64,
    answers: HashMap<String, String>,
    statuses: HashMap<String, &'static str>,
    filled: u64,
}

type Shared = Arc<Mutex<World>>;

/// The keys this server and its tests share.
pub fn keys() -> SigningKeys {
    SigningKeys::new(b"the signing key of the fake server", [9; 16]).unwrap()
}

/// Serves on a thread of its own until the tests end.
pub fn start(defects: Defects) -> SocketAddr {
    let world = World { defects, requests: 0, answers: HashMap::new(), statuses: HashMap::new(), filled: 0 };
    serve(router(Arc::new(Mutex::new(world))))
}

/// Serves `router` on a thread of its own until the tests end.
pub fn serve(router: Router) -> SocketAddr {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            axum::serve(listener, router).await.unwrap();
        });
    });
    receiver.recv().unwrap()
}

fn router(world: Shared) -> Router {
    let selling = Router::new()
        .route("/metrics", get(metrics))
        .route("/rush/api/v1/bookings/reserve", post(reserve))
        .route("/rush/api/v1/payments", post(pay))
        .route("/rush/api/v1/bookings/{id}/confirm", post(confirm))
        .route("/rush/api/v1/bookings/{id}/cancel", post(cancel));
    if world.lock().defects.production {
        return selling.with_state(world);
    }
    selling
        .route("/rush/_load/setup", post(setup))
        .route("/rush/_load/fill", post(fill).get(fill_state))
        .route("/rush/_load/ceiling", post(ceiling))
        .route("/rush/_load/statuses", post(statuses))
        .route("/rush/_load/check", post(check))
        .with_state(world)
}

fn data(status: StatusCode, data: &Value) -> Response {
    (status, Json(json!({ "success": true, "data": data }))).into_response()
}

fn refusal(status: StatusCode, code: &str) -> Response {
    (status, Json(json!({ "success": false, "error": { "code": code, "message": "no" } }))).into_response()
}

/// Whether the bearer token is signed with our key and names a user.
fn has_valid_token(headers: &HeaderMap) -> bool {
    let token =
        headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let Some((input, signature)) = token.and_then(|token| token.rsplit_once('.')) else { return false };
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&keys().signing_key).unwrap();
    mac.update(input.as_bytes());
    URL_SAFE_NO_PAD.decode(signature).is_ok_and(|signature| mac.verify_slice(&signature).is_ok())
}

fn key_of(headers: &HeaderMap) -> String {
    headers.get("idempotency-key").map_or_else(String::new, |key| key.to_str().unwrap().to_owned())
}

async fn metrics(State(world): State<Shared>) -> String {
    let pages = world.lock().statuses.len() * 2;
    format!(
        "process_cpu_seconds_total 1.5\nprocess_resident_memory_bytes 1e8\n\
         store_pages_written_total{{store=\"rush\"}} {pages}\n"
    )
}

async fn setup(Json(request): Json<Value>) -> Response {
    let zone = |number: u64| {
        let sold_out = number < request["sold_out_zones"].as_u64().unwrap();
        json!({ "zone_id": format!("z{number}"), "price_minor": 1500, "currency": "THB", "sold_out": sold_out })
    };
    let zones: Vec<Value> = (0..request["zones"].as_u64().unwrap()).map(zone).collect();
    let event = json!({ "event_id": "e1", "show_id": "s1", "zones": zones });
    data(
        StatusCode::OK,
        &json!({ "tenant_id": "t1", "events": [event], "first_user": "123456789", "users": 1000 }),
    )
}

async fn fill(State(world): State<Shared>, Json(body): Json<Value>) -> Response {
    let wanted = body["bookings"].as_u64().unwrap();
    let most = if world.lock().defects.fills_half { wanted / 2 } else { wanted };
    {
        let mut world = world.lock();
        world.filled = world.filled.max(most);
    }
    fill_state(State(world)).await
}

async fn fill_state(State(world): State<Shared>) -> Response {
    let world = world.lock();
    let bookings = world.filled + world.statuses.len() as u64;
    data(StatusCode::OK, &json!({ "bookings": bookings, "target": world.filled, "done": true }))
}

async fn ceiling(headers: HeaderMap, Json(_): Json<Value>) -> Response {
    if !has_valid_token(&headers) {
        return refusal(StatusCode::UNAUTHORIZED, "INVALID_TOKEN");
    }
    data(StatusCode::CREATED, &json!({ "booking_id": "fixed" }))
}

async fn reserve(State(world): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    if !has_valid_token(&headers) {
        return refusal(StatusCode::UNAUTHORIZED, "INVALID_TOKEN");
    }
    let (number, stall) = {
        let mut world = world.lock();
        world.requests += 1;
        (world.requests, world.defects.stall)
    };
    if let Some((_, pause)) = stall.filter(|(at, _)| *at == number) {
        tokio::time::sleep(pause).await;
    }
    let body: Value = serde_json::from_slice(&body).unwrap();
    sell(&mut world.lock(), number, key_of(&headers), &body)
}

fn sell(world: &mut World, number: u64, key: String, body: &Value) -> Response {
    if body["zone_id"] == "z0" {
        return refusal(StatusCode::CONFLICT, "INSUFFICIENT_SEATS");
    }
    if world.defects.breaks && number.is_multiple_of(100) {
        return refusal(StatusCode::SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE");
    }
    if let Some(answer) = world.answers.get(&key).filter(|_| !world.defects.forgets_keys) {
        return (StatusCode::CREATED, answer.clone()).into_response();
    }
    let booking = format!("00000000-0000-8000-8000-{number:012x}");
    if !world.defects.forgets || !number.is_multiple_of(10) {
        world.statuses.insert(booking.clone(), "reserved");
    }
    let answer = json!({ "success": true, "data": {
        "booking_id": booking, "status": "reserved", "expires_at": "2099-01-01T00:00:00Z", "total_price": 1500,
    }});
    world.answers.insert(key, answer.to_string());
    (StatusCode::CREATED, answer.to_string()).into_response()
}

async fn pay(Json(body): Json<Value>) -> Response {
    assert_eq!(body["amount"].as_u64().unwrap() % 1500, 0);
    data(StatusCode::CREATED, &json!({ "payment_id": "p", "status": "succeeded" }))
}

async fn confirm(State(world): State<Shared>, Path(id): Path<String>) -> Response {
    move_on(&world, id, "confirmed")
}

async fn cancel(State(world): State<Shared>, Path(id): Path<String>) -> Response {
    move_on(&world, id, "cancelled")
}

fn move_on(world: &Shared, id: String, to: &'static str) -> Response {
    if let Some(status) = world.lock().statuses.get_mut(&id) {
        *status = to;
    }
    data(StatusCode::OK, &json!({ "booking_id": id, "status": to }))
}

async fn statuses(State(world): State<Shared>, Json(body): Json<Value>) -> Response {
    let world = world.lock();
    let ids = body["booking_ids"].as_array().unwrap();
    let status = |id: &Value| world.statuses.get(id.as_str().unwrap()).copied().unwrap_or("missing");
    let statuses: Vec<&str> = ids.iter().map(status).collect();
    data(StatusCode::OK, &json!({ "statuses": statuses }))
}

async fn check(State(world): State<Shared>) -> Response {
    let ok = !world.lock().defects.check_fails;
    let line = json!({ "name": "seats add up", "count": 3, "ok": ok, "detail": "one zone differs" });
    data(StatusCode::OK, &json!({ "ok": ok, "lines": [line] }))
}
