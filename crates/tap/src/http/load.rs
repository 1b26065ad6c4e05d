//! Endpoints of load runs, served in the load profile alone: players with money, the ceiling, what became of bets, the
//! check. Reachable from loopback only, because the profile is.

use super::answer::{Plain, ok};
use super::bets::PlaceBody;
use super::player::Player;
use super::state::TapState;
use crate::stop;
use crate::usecase::{load_players, load_statuses};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use futures_util::future::BoxFuture;
use kernel::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use web::{Body, Refused};

/// Bets asked for at once.
const STATUSES_MAX: usize = 500;

/// Checks every invariant; the binary hands it in, because it shares no code with us.
pub type Check = Box<dyn Fn() -> BoxFuture<'static, Value> + Send + Sync>;

/// The routes below `/tap/_load`.
pub fn routes(check: Check) -> axum::Router<TapState> {
    let check = Arc::new(check);
    axum::Router::new()
        .route("/tap/_load/players", post(players))
        .route("/tap/_load/ceiling", post(ceiling))
        .route("/tap/_load/statuses", post(statuses))
        .route("/tap/_load/stop", get(stop_points).post(stop_at))
        .route("/tap/_load/check", post(move || run_check(check.clone())))
        .route("/tap/_load/bets", get(bets))
}

/// Opens sessions for players who have money: `{"players":[{"session_id","user","bet_key"?}]}`.
async fn players(
    State(state): State<TapState>,
    Body(load): Body<load_players::LoadPlayers>,
) -> Result<Plain<Value>, Refused> {
    Ok(Plain(StatusCode::CREATED, load_players::run(&state.app, &load).await?))
}

/// As large as a bet's answer.
#[derive(Debug, Serialize)]
struct Fixed {
    bet_id: &'static str,
    cell_id: &'static str,
    amount: i64,
    rate: u32,
    payout: i64,
    status: &'static str,
    placed_at: &'static str,
    new_balance: i64,
}

/// The best that any design behind this edge could do: the session is believed, the same body is read, nothing is decided
/// and no signature is verified.
async fn ceiling(
    State(_): State<TapState>,
    Player(_): Player,
    Body(body): Body<PlaceBody>,
) -> Result<Plain<Fixed>, Refused> {
    let fixed = Fixed {
        bet_id: "019d2a00-0000-8000-8000-000000000000",
        cell_id: "1:357923400:6000000:6001000",
        amount: body.amount,
        rate: body.rate_seen,
        payout: 235_000,
        status: "confirmed",
        placed_at: "2026-11-21T08:47:00.000000Z",
        new_balance: 99_900,
    };
    Ok(Plain(StatusCode::CREATED, fixed))
}

/// Which bets.
#[derive(Debug, Deserialize)]
struct StatusesBody {
    bet_ids: Vec<String>,
}

async fn statuses(
    State(state): State<TapState>,
    Body(body): Body<StatusesBody>,
) -> Result<Plain<Value>, Refused> {
    if body.bet_ids.len() > STATUSES_MAX {
        return Err(Refusal::field("bet_ids", "at most 500 at once").into());
    }
    let statuses = load_statuses::run(&state.app, &body.bet_ids).await?;
    Ok(ok(json!({ "statuses": statuses })))
}

/// Where the process can be made to end: `{"points":[name]}`.
async fn stop_points() -> Plain<Value> {
    let names: Vec<_> = stop::ALL.iter().map(|(_, name)| *name).collect();
    ok(json!({ "points": names }))
}

/// Where it is to end, and when.
#[derive(Debug, Deserialize)]
struct StopBody {
    point: String,
    /// The point is reached for this time, 1 the next.
    times: u32,
}

/// Ends the process at a point, as in a power cut.
async fn stop_at(Body(body): Body<StopBody>) -> Result<Plain<Value>, Refused> {
    if !stop::arm(&body.point, body.times) {
        return Err(Refusal::field("point", "is none that there is").into());
    }
    Ok(ok(json!({})))
}

/// How many bets there are.
async fn bets(State(state): State<TapState>) -> Result<Plain<Value>, Refused> {
    let count = load_statuses::count(&state.app).await?;
    Ok(ok(json!({ "bets": count })))
}

async fn run_check(check: Arc<Check>) -> Plain<Value> {
    ok(check().await)
}
