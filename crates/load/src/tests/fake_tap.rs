//! Tap in miniature: the load profile's endpoints and just enough betting for a run, with defects to order.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use identity::proofs::wallet::{NamedKey, SessionKey};
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

/// A bet as Tap takes it: these fields and no others.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceBody {
    cell_id: String,
    amount: i64,
    quote_seq: u64,
    rate_seen: u32,
    min_rate: u32,
    nonce: String,
    timestamp: i64,
    chain_id: u64,
    contract_version: u32,
    signature: String,
}

impl PlaceBody {
    fn text(&self) -> String {
        format!(
            "Fairground Tap bet\nAction: place_bet\nDomain: here\nCell: {}\nAmount: {}\nRate: {}\nMinRate: {}\nQuoteSeq: {}\n\
             Nonce: {}\nTimestamp: {}\nChain: {}\nVersion: {}",
            self.cell_id,
            self.amount,
            self.rate_seen,
            self.min_rate,
            self.quote_seq,
            self.nonce,
            self.timestamp,
            self.chain_id,
            self.contract_version
        )
    }
}

/// What this server does wrong.
#[derive(Debug, Clone, Copy, Default)]
pub struct TapDefects {
    /// Every tenth acknowledged bet is forgotten.
    pub forgets: bool,
    /// A repeated nonce makes a new bet.
    pub forgets_nonces: bool,
    /// Every tenth bet is written with a cent more to pay.
    pub alters: bool,
    /// Cells and stakes are not looked at.
    pub takes_all: bool,
}

struct World {
    defects: TapDefects,
    keys: HashMap<String, SessionKey>,
    answers: HashMap<String, String>,
    cells: HashMap<(String, String), ()>,
    bets: HashMap<String, Value>,
    made: u64,
}

type Shared = Arc<Mutex<World>>;

/// Serves on a thread of its own until the tests end.
pub fn start_tap(defects: TapDefects) -> SocketAddr {
    let world = World {
        defects,
        keys: HashMap::new(),
        answers: HashMap::new(),
        cells: HashMap::new(),
        bets: HashMap::new(),
        made: 0,
    };
    super::fake_server::serve(router(Arc::new(Mutex::new(world))))
}

fn router(world: Shared) -> Router {
    Router::new()
        .route(
            "/metrics",
            get(|| async { "process_cpu_seconds_total 1.5\nprocess_resident_memory_bytes 1e8\n" }),
        )
        .route("/tap/_load/players", post(players))
        .route("/tap/_load/ceiling", post(|| async { (StatusCode::CREATED, "{}") }))
        .route("/tap/_load/statuses", post(statuses))
        .route("/tap/_load/bets", get(count))
        .route("/tap/_load/check", post(|| async { Json(json!({ "ok": true, "lines": [] })) }))
        .route("/tap/api/grid", get(grid))
        .route("/tap/api/balance", get(|| async { "{}" }))
        .route("/tap/api/prices/latest", get(|| async { "{}" }))
        .route("/tap/api/bets", post(place).get(|| async { "{}" }))
        .route("/tap/api/bets/{id}", get(one))
        .with_state(world)
}

async fn players(State(world): State<Shared>, Json(body): Json<Value>) -> Response {
    let mut world = world.lock();
    let resources = body["resources"].as_array().unwrap();
    let rows = resources.iter().map(|resource| {
        let session_id = format!("s{}", world.keys.len());
        let key = match NamedKey::parse("urn:tap:session-key", resource.as_str().unwrap()).unwrap() {
            NamedKey::Secp256k1(bytes) => SessionKey::secp256k1(&bytes).unwrap(),
            NamedKey::Ed25519(bytes) => SessionKey::ed25519(&bytes).unwrap(),
            NamedKey::HmacSha256 => SessionKey::hmac_sha256(&[7; 32]),
        };
        world.keys.insert(session_id.clone(), key);
        json!({ "session_id": session_id, "user": "u", "bet_key": "07".repeat(32) })
    });
    let rows: Vec<Value> = rows.collect();
    (StatusCode::CREATED, Json(json!({ "players": rows }))).into_response()
}

async fn grid() -> Json<Value> {
    let cell = |at: i64| {
        let (column, low) = (102 + at % 20, 1_000_000 + at / 20 * 1000);
        let cell_id = format!("1:{column}:{low}:{}", low + 1000);
        json!({ "cell_id": cell_id, "column": column, "low": low, "high": low + 1000, "rate": 200 + at })
    };
    let cells: Vec<Value> = (0..200).map(cell).collect();
    Json(json!({ "width_ms": 5000, "first_placeable": 101, "quote_seq": 9, "betting": "open",
        "domain": "here", "chain_id": 1, "tolerance_percent": 10, "cells": cells }))
}

fn refusal(status: StatusCode, code: &str) -> Response {
    (status, Json(json!({ "error": code, "message": "no" }))).into_response()
}

async fn place(State(world): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let body: PlaceBody = serde_json::from_slice(&body).unwrap();
    let bearer = headers[header::AUTHORIZATION].to_str().unwrap().strip_prefix("Bearer ").unwrap().to_owned();
    let mut world = world.lock();
    if world.keys[&bearer].verify(&body.text(), &body.signature).is_err() {
        return refusal(StatusCode::UNAUTHORIZED, "invalid_signature");
    }
    if let Some(answer) = world.answers.get(&body.nonce).filter(|_| !world.defects.forgets_nonces) {
        return (StatusCode::OK, answer.clone()).into_response();
    }
    if body.amount != 100 && !world.defects.takes_all {
        return refusal(StatusCode::BAD_REQUEST, "bad_amount");
    }
    let taken = world.cells.insert((bearer, body.cell_id.clone()), ()).is_some();
    if taken && !world.defects.takes_all {
        return refusal(StatusCode::CONFLICT, "duplicate_cell");
    }
    make(&mut world, &body)
}

fn make(world: &mut World, body: &PlaceBody) -> Response {
    world.made += 1;
    let bet = format!("00000000-0000-8000-8000-{:012x}", world.made);
    let payout = body.amount * i64::from(body.rate_seen) / 100;
    let tenth = world.made.is_multiple_of(10);
    if !(world.defects.forgets && tenth) {
        let written = payout + i64::from(world.defects.alters && tenth);
        let status = json!({ "status": "confirmed", "amount": body.amount, "payout": written });
        world.bets.insert(bet.clone(), status);
    }
    let answer = json!({ "bet_id": bet, "amount": body.amount, "rate": body.rate_seen, "payout": payout });
    world.answers.insert(body.nonce.clone(), answer.to_string());
    (StatusCode::CREATED, answer.to_string()).into_response()
}

async fn one(State(world): State<Shared>, Path(id): Path<String>) -> Response {
    match world.lock().bets.get(&id) {
        Some(bet) => Json(bet.clone()).into_response(),
        None => refusal(StatusCode::NOT_FOUND, "not_found"),
    }
}

async fn statuses(State(world): State<Shared>, Json(body): Json<Value>) -> Json<Value> {
    let world = world.lock();
    let status = |id: &Value| world.bets.get(id.as_str().unwrap()).cloned();
    let statuses: Vec<_> = body["bet_ids"].as_array().unwrap().iter().map(status).collect();
    Json(json!({ "statuses": statuses }))
}

async fn count(State(world): State<Shared>) -> Json<Value> {
    Json(json!({ "bets": world.lock().bets.len() }))
}
