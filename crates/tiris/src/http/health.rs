//! The probes under the stall's own root: alive, ready, and how it goes.

use super::answer::{Data, Enveloped};
use super::state::TirisState;
use crate::usecase::readiness;
use axum::extract::State;
use kernel::{Refusal, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Refused;

/// The routes of the probes.
pub fn routes() -> OpenApiRouter<TirisState> {
    OpenApiRouter::new().routes(routes!(live)).routes(routes!(ready)).routes(routes!(health))
}

/// Alive.
#[derive(Debug, Serialize, ToSchema)]
pub struct LiveData {
    status: &'static str,
    timestamp: String,
}

/// One thing that must work.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChecksData {
    database: &'static str,
    nats: &'static str,
}

/// Ready, and what was looked at.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReadyData {
    status: &'static str,
    timestamp: String,
    checks: ChecksData,
}

/// How it goes.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthData {
    status: &'static str,
    timestamp: String,
    version: &'static str,
    checks: ChecksData,
}

/// Always 200: the process runs.
#[utoipa::path(get, path = "/tiris/health/live", tag = "health",
    responses((status = 200, body = Enveloped<LiveData>)))]
async fn live(State(state): State<TirisState>) -> Data<LiveData> {
    Data(LiveData { status: "alive", timestamp: state.app.clock.now().rfc3339() })
}

/// 200 when requests can be answered. 503 `SERVICE_UNAVAILABLE`.
#[utoipa::path(get, path = "/tiris/health/ready", tag = "health",
    responses((status = 200, body = Enveloped<ReadyData>), web::openapi::Refusals))]
async fn ready(State(state): State<TirisState>) -> Result<Data<ReadyData>, Refused> {
    let (timestamp, checks) = checked(&state).await?;
    Ok(Data(ReadyData { status: "ready", timestamp: timestamp.rfc3339(), checks }))
}

/// The same with the version. 503 `SERVICE_DEGRADED`.
#[utoipa::path(get, path = "/tiris/health", tag = "health",
    responses((status = 200, body = Enveloped<HealthData>), web::openapi::Refusals))]
async fn health(State(state): State<TirisState>) -> Result<Data<HealthData>, Refused> {
    let (timestamp, checks) = checked(&state).await.map_err(|mut refusal| {
        refusal.code = "SERVICE_DEGRADED";
        refusal
    })?;
    let version = env!("CARGO_PKG_VERSION");
    Ok(Data(HealthData { status: "healthy", timestamp: timestamp.rfc3339(), version, checks }))
}

async fn checked(state: &TirisState) -> Result<(Timestamp, ChecksData), Refusal> {
    readiness::check(&state.app).await?;
    // Events come over the local bus, which is as alive as the process.
    Ok((state.app.clock.now(), ChecksData { database: "connected", nats: "disabled" }))
}
