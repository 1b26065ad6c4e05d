//! How the stall is: alive, and ready when its database answers.

use super::answer::Data;
use super::state::PotState;
use crate::usecase::health_check;
use axum::extract::State;
use kernel::{Meaning, Refusal};
use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Refused;

/// The routes of health.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new().routes(routes!(healthz)).routes(routes!(readyz))
}

/// The process answers; it needs nothing for that.
#[utoipa::path(get, path = "/funpot/healthz", tag = "health",
    responses((status = 200, description = "alive", body = Value)))]
async fn healthz() -> Data<Value> {
    Data(json!({ "status": "ok" }))
}

/// 503 when the database does not answer within a second.
#[utoipa::path(get, path = "/funpot/readyz", tag = "health",
    responses((status = 200, description = "ready", body = Value), (status = 503, description = "not ready", body = Value)))]
async fn readyz(State(state): State<PotState>) -> Result<Data<Value>, Refused> {
    health_check::run(&state.app).await.map_err(not_ready)?;
    Ok(Data(json!({ "status": "ready", "checks": { "database": "ok" } })))
}

fn not_ready(cause: String) -> Refusal {
    let mut refusal = Refusal::new(Meaning::Unavailable, "NOT_READY", "The database does not answer.")
        .with_details(json!({ "failed": ["database"] }))
        .retry_after(1);
    refusal.internal = Some(cause);
    refusal
}
