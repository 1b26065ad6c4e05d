//! Prices and the chain's head over HTTP.

use super::answer::{Plain, ok};
use super::state::TapState;
use crate::domain::tick::Tick;
use crate::usecase::price_view;
use axum::extract::State;
use kernel::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Query, Refused};

/// A call covers an hour at most.
const SPAN_MAX_MS: i64 = 3_600_000;
/// Ticks of an hour, ten a second.
const TICKS_MAX: i64 = 36_000;

/// The routes of prices.
pub fn routes() -> OpenApiRouter<TapState> {
    OpenApiRouter::new().routes(routes!(latest)).routes(routes!(history)).routes(routes!(head))
}

/// A tick.
#[derive(Debug, Serialize, ToSchema)]
pub struct TickData {
    seq: i64,
    ts_ms: i64,
    price: i64,
    n: u8,
    flags: u8,
}

/// The newest tick.
#[utoipa::path(get, path = "/tap/api/prices/latest", tag = "prices",
    responses((status = 200, body = TickData), web::openapi::Refusals))]
async fn latest(State(state): State<TapState>) -> Result<Plain<TickData>, Refused> {
    let tick = state.app.market_state.view().tick.ok_or_else(|| Refusal::not_found("price yet"))?;
    let Tick { seq, ts_ms, price, n_sources, flags } = tick;
    Ok(ok(TickData { seq, ts_ms, price, n: n_sources, flags: flags.0 }))
}

/// Which ticks.
#[derive(Debug, Deserialize, IntoParams)]
pub struct HistoryQuery {
    /// Unix ms.
    from: i64,
    /// Unix ms; at most an hour after `from`.
    to: i64,
    /// Every how many milliseconds one tick is wanted; all by default.
    step: Option<i64>,
}

/// Ticks as `[seq, ts_ms, price, n, flags]`.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryData {
    ticks: Vec<[i64; 5]>,
}

/// Ticks that are on disk, oldest first.
#[utoipa::path(get, path = "/tap/api/prices/history", tag = "prices", params(HistoryQuery),
    responses((status = 200, body = HistoryData), web::openapi::Refusals))]
async fn history(
    State(state): State<TapState>,
    Query(query): Query<HistoryQuery>,
) -> Result<Plain<HistoryData>, Refused> {
    let HistoryQuery { from, to, step } = query;
    if from < 0 || to < from || to - from > SPAN_MAX_MS {
        return Err(Refusal::field("to", "must be at most an hour after from").into());
    }
    let step = step.unwrap_or(1);
    if !(1..=SPAN_MAX_MS).contains(&step) {
        return Err(Refusal::field("step", "must be from 1 to 3600000 ms").into());
    }
    let all = price_view::between(&state.app, from, to, TICKS_MAX).await?;
    let mut last = None;
    let wanted = all.iter().filter(|tick| last.replace(tick.ts_ms / step) != Some(tick.ts_ms / step));
    let row =
        |tick: &Tick| [tick.seq, tick.ts_ms, tick.price, i64::from(tick.n_sources), i64::from(tick.flags.0)];
    Ok(ok(HistoryData { ticks: wanted.map(row).collect() }))
}

/// The newest sealed minute.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeadData {
    minute: i64,
    hash: String,
}

/// The head of the chain of minutes.
#[utoipa::path(get, path = "/tap/api/chain/head", tag = "prices",
    responses((status = 200, body = HeadData), web::openapi::Refusals))]
async fn head(State(state): State<TapState>) -> Result<Plain<HeadData>, Refused> {
    let head = price_view::head(&state.app).await?;
    let head = head.ok_or_else(|| Refusal::not_found("sealed minute yet"))?;
    Ok(ok(HeadData { minute: head.minute, hash: head.hash }))
}
