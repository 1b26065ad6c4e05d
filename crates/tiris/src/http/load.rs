//! Endpoints of load runs, served in the load profile alone: traders with money, the ceiling, what became of logs, the check. Reachable
//! from loopback only, because the profile is. No envelope: only the load generator reads them.

use super::caller::Member;
use super::state::TirisState;
use super::trading_logs::LogBody;
use crate::usecase::load_traders::{self, LoadTraders};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use kernel::Refusal;
use serde::Deserialize;
use serde_json::{Value, json};
use stall::CheckDatabase;
use web::{Body, Refused};

/// Logs asked for at once.
const STATUSES_MAX: usize = 500;

/// The routes below `/tiris/_load`.
pub fn routes(check: CheckDatabase) -> Router<TirisState> {
    Router::new()
        .route("/tiris/_load/traders", post(traders))
        .route("/tiris/_load/ceiling", post(ceiling))
        .route("/tiris/_load/statuses", post(statuses))
        .route("/tiris/_load/logs", get(logs))
        .route("/tiris/_load/check", post(move || async move { Json(check().await) }))
}

async fn traders(
    State(state): State<TirisState>,
    Body(load): Body<LoadTraders>,
) -> Result<Json<Value>, Refused> {
    let made = load_traders::run(&state.app, load).await?;
    Ok(Json(json!({ "traders": made })))
}

/// The best that any design behind this edge could do: the token is verified, the same body is read, nothing is decided; as large as a
/// log's answer.
async fn ceiling(_: Member, Body(body): Body<LogBody>) -> (StatusCode, Json<Value>) {
    let answer = json!({ "success": true, "data": {
        "id": "019d2a00-0000-8000-8000-000000000000", "trading_id": "019d2a00-0000-8000-8000-000000000001",
        "transaction_id": "019d2a00-0000-8000-8000-000000000002", "type": body.kind(), "source": "bot",
        "timestamp": "2026-11-21T08:47:00.000000Z",
        "info": { "processed_transactions": 2, "updated_accounts": ["019d2a00-0000-8000-8000-000000000003",
            "019d2a00-0000-8000-8000-000000000004"], "transaction_ids": ["019d2a00-0000-8000-8000-000000000005",
            "019d2a00-0000-8000-8000-000000000006"] } } });
    (StatusCode::CREATED, Json(answer))
}

/// Which logs.
#[derive(Debug, Deserialize)]
struct StatusesBody {
    log_ids: Vec<String>,
}

async fn statuses(
    State(state): State<TirisState>,
    Body(body): Body<StatusesBody>,
) -> Result<Json<Value>, Refused> {
    if body.log_ids.len() > STATUSES_MAX {
        return Err(Refusal::field("log_ids", "at most 500 at once").into());
    }
    let statuses = load_traders::statuses(&state.app, &body.log_ids).await?;
    Ok(Json(json!({ "statuses": statuses })))
}

async fn logs(State(state): State<TirisState>) -> Result<Json<Value>, Refused> {
    let count = load_traders::count(&state.app).await?;
    Ok(Json(json!({ "logs": count })))
}
