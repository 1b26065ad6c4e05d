//! How the stall is: prices, breaker, queue, resolver. 503 when bets cannot be taken.

use super::answer::Plain;
use super::state::TapState;
use crate::domain::price_engine::Betting;
use crate::usecase::column_close;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of health.
pub fn routes() -> OpenApiRouter<TapState> {
    OpenApiRouter::new().routes(routes!(healthz))
}

/// Status, and every check by name.
#[utoipa::path(get, path = "/tap/api/healthz", tag = "health",
    responses((status = 200, description = "all is well", body = Value), (status = 503, description = "something is not", body = Value)))]
async fn healthz(State(state): State<TapState>) -> Plain<Value> {
    let app = &state.app;
    let view = app.market_state.view().clone();
    let now_ms = app.clock.now().as_micros().div_euclid(1_000);
    let database = column_close::unsettled(app).await;
    let betting = view.betting == Betting::Open;
    let healthy = database.is_ok() && betting;
    // A breaker that is open lets nothing through: the word of `betting` would say the opposite.
    let stale = matches!(view.betting, Betting::PriceFeedStale { .. });
    let breaker = if stale { "open" } else { "closed" };
    let sources: Vec<_> = view
        .sources
        .iter()
        .map(|source| {
            json!({ "venue": source.venue.0, "standing": source.standing.as_str(), "age_ms": source.input_age_ms,
                "clock_offset_ms": source.clock_offset_ms, "clock_alarm": source.clock_alarm, "basis_ppm": source.basis_ppm })
        })
        .collect();
    let body = json!({
        "status": if healthy { "ok" } else { "unhealthy" },
        "timestamp": app.clock.now().rfc3339(),
        "checks": {
            "database": { "status": if database.is_ok() { "ok" } else { "down" } },
            "price_feed": { "status": view.breaker.as_str(), "last_update": view.tick.map(|tick| tick.ts_ms),
                "stale_for_ms": view.stale_for_ms, "sources": sources },
            "circuit_breaker": { "status": breaker },
            "betting": { "status": view.betting.as_str() },
            "resolver": { "unsettled_columns": database.unwrap_or_default(),
                "lag_ms": (now_ms - app.market_state.watermark_ms()).max(0) },
        },
    });
    Plain(if healthy { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, body)
}
