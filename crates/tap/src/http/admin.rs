//! Operators' hands: the breaker's override. Every act is a row of `incidents`.

use super::answer::{Plain, ok};
use super::state::TapState;
use crate::domain::price_engine::Wish;
use crate::engine::Order;
use crate::usecase::incident_record;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use kernel::{Meaning, Refusal};
use serde::Deserialize;
use serde_json::{Value, json};
use subtle::ConstantTimeEq;
use web::{Body, Refused, bearer};

/// Incidents of an answer.
const INCIDENTS: i64 = 100;

/// The routes of operators; they exist only where a token is configured.
pub fn routes() -> axum::Router<TapState> {
    axum::Router::new()
        .route("/tap/admin/breaker", post(breaker))
        .route("/tap/admin/incidents", get(incidents))
}

/// What is wanted of the breaker.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BreakerBody {
    /// open (no bets), closed (bets although the state says no) or auto.
    mode: String,
    /// For `closed`: for how long, at most 300.
    seconds: Option<i64>,
    /// Who, for the record.
    operator: String,
    /// Why, for the record.
    reason: String,
}

async fn breaker(
    State(state): State<TapState>,
    headers: HeaderMap,
    Body(body): Body<BreakerBody>,
) -> Result<Plain<Value>, Refused> {
    allowed(&state, &headers)?;
    let wish = match (body.mode.as_str(), body.seconds) {
        ("open", None) => Wish::Open,
        ("auto", None) => Wish::Auto,
        ("closed", Some(seconds)) => Wish::Closed { for_ms: seconds.saturating_mul(1_000) },
        _ => return Err(Refusal::field("mode", "open, auto, or closed with seconds").into()),
    };
    if body.operator.trim().is_empty() || body.reason.trim().is_empty() {
        return Err(Refusal::field("operator", "operator and reason are recorded and must be given").into());
    }
    let done = ask_engine(&state, wish).await?;
    let refused = done.err().map(|refusal| refusal.to_string());
    let said = refused.as_deref().unwrap_or("done");
    incident_record::run(&state.app, &body.operator, &body.mode, &format!("{}: {said}", body.reason)).await?;
    match refused {
        None => Ok(ok(json!({ "mode": body.mode }))),
        Some(why) => Err(Refusal::new(Meaning::Conflict, "override_refused", why).into()),
    }
}

async fn ask_engine(
    state: &TapState,
    wish: Wish,
) -> Result<Result<(), crate::domain::breaker::OverrideRefusal>, Refusal> {
    let gone = || Refusal::unavailable("no price engine runs here");
    let orders = state.orders.as_ref().ok_or_else(gone)?;
    let (done, answer) = tokio::sync::oneshot::channel();
    orders.send(Order { wish, done }).await.map_err(|_| gone())?;
    answer.await.map_err(|_| gone())
}

async fn incidents(State(state): State<TapState>, headers: HeaderMap) -> Result<Plain<Value>, Refused> {
    allowed(&state, &headers)?;
    let rows = incident_record::newest(&state.app, INCIDENTS).await?;
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            json!({ "at": row.at.rfc3339(), "from": row.from, "to": row.to, "reason": row.reason, "age_ms": row.age_ms,
                "sources": row.sources, "actor": row.actor })
        })
        .collect();
    Ok(ok(json!({ "incidents": rows })))
}

/// The configured token, compared in constant time.
fn allowed(state: &TapState, headers: &HeaderMap) -> Result<(), Refusal> {
    let token = state.app.settings.admin_token.as_bytes();
    let shown = bearer(headers).and_then(Result::ok).unwrap_or_default();
    let right: bool = !token.is_empty() && bool::from(shown.as_bytes().ct_eq(token));
    if right { Ok(()) } else { Err(Refusal::forbidden()) }
}
