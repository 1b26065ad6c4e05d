//! Callbacks of workers about themselves and about streams: signs of life, how a stream stands, what is theirs to watch; and the
//! commands of operators to them.

use super::access::Admin;
use super::answer::Data;
use super::query::{id, moment};
use super::state::PotState;
use super::worker_call::WorkerCall;
use crate::domain::ids::StreamerId;
use crate::usecase::assignments::{self, Change};
use crate::usecase::streamer_report::{self, Report};
use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use kernel::{PublicIds, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::idempotency::Answered;
use web::{Body, Query, Refused};

/// Seconds for which a worker may wait for something new: less than a process takes to end.
const WAIT_MAX_S: u64 = 10;
/// Bytes of what a worker says of itself, at most.
const ABOUT_BYTES_MAX: usize = 4_000;

/// The routes of workers.
pub fn worker_routes() -> Router<PotState> {
    Router::new()
        .route("/funpot/internal/worker/streamer-status", post(streamer_status))
        .route("/funpot/internal/worker/heartbeat", post(heartbeat))
        .route("/funpot/internal/worker/assignments", get(assigned))
}

/// The routes of operators.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new().routes(routes!(assign)).routes(routes!(unassign))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StatusBody {
    streamer_id: String,
    online: bool,
    #[serde(default)]
    viewers: i64,
    checked_at: String,
}

async fn streamer_status(State(state): State<PotState>, call: WorkerCall) -> Result<Answered, Refused> {
    let body: StatusBody = call.json()?;
    let at = moment("checkedAt", Some(&body.checked_at))?;
    let streamer = state.app.public.decode(&body.streamer_id);
    let report = Report {
        streamer: streamer.map_err(|_| Refusal::not_found("streamer"))?,
        online: body.online,
        viewers: body.viewers,
        at: at.ok_or_else(|| Refusal::field("checkedAt", "is missing"))?,
    };
    Ok(streamer_report::run(&state.app, call.attempt, report).await?.into())
}

async fn heartbeat(State(state): State<PotState>, call: WorkerCall) -> Result<Data<Value>, Refused> {
    let about: Value = call.json()?;
    let about = Some(about.to_string()).filter(|text| text.len() <= ABOUT_BYTES_MAX);
    assignments::heartbeat(&state.app, call.worker, about.unwrap_or_else(|| "{}".to_owned())).await?;
    Ok(Data(json!({ "ok": true })))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PollQuery {
    cursor: Option<i64>,
    wait_sec: Option<u64>,
}

/// What a worker is told: the number it asks from next time, and what changed.
#[derive(Debug, Serialize)]
struct AssignmentsData {
    cursor: i64,
    assignments: Vec<AssignmentData>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AssignmentData {
    streamer_id: String,
    twitch_username: String,
    /// Whether the asking worker watches it from now on.
    assigned: bool,
}

fn data(public: &PublicIds, worker: &str, change: &Change) -> AssignmentData {
    AssignmentData {
        streamer_id: public.encode(change.streamer),
        twitch_username: change.username.clone(),
        assigned: change.is_wanted && change.worker.as_deref() == Some(worker),
    }
}

async fn assigned(
    State(state): State<PotState>,
    Query(query): Query<PollQuery>,
    call: WorkerCall,
) -> Result<Data<AssignmentsData>, Refused> {
    let cursor = query.cursor.unwrap_or(0);
    let wait = Duration::from_secs(query.wait_sec.unwrap_or(WAIT_MAX_S).min(WAIT_MAX_S));
    let changes = assignments::poll(&state.app, cursor, wait).await?;
    // Who asks for the first time wants to know what is theirs, not what ever was others'.
    let shown = changes.iter().map(|change| data(&state.app.public, &call.worker, change));
    let shown = shown.filter(|row| cursor > 0 || row.assigned);
    let next = changes.last().map_or(cursor, |change| change.revision);
    Ok(Data(AssignmentsData { cursor: next, assignments: shown.collect() }))
}

/// Which streamer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CommandBody {
    streamer_id: String,
    /// The channel, to be compared with the streamer's.
    twitch_username: Option<String>,
}

/// Lets a streamer be watched: the worker with the fewest streams is told.
#[utoipa::path(post, path = "/funpot/internal/commands/assign-streamer", tag = "admin", request_body = CommandBody,
    responses((status = 200, body = Value), web::openapi::Refusals), security(("bearer" = [])))]
async fn assign(
    state: State<PotState>,
    admin: Admin,
    Body(body): Body<CommandBody>,
) -> Result<Data<Value>, Refused> {
    command(state, admin, body, true).await
}

/// Lets a streamer not be watched any more.
#[utoipa::path(post, path = "/funpot/internal/commands/unassign-streamer", tag = "admin", request_body = CommandBody,
    responses((status = 200, body = Value), web::openapi::Refusals), security(("bearer" = [])))]
async fn unassign(
    state: State<PotState>,
    admin: Admin,
    Body(body): Body<CommandBody>,
) -> Result<Data<Value>, Refused> {
    command(state, admin, body, false).await
}

async fn command(
    State(state): State<PotState>,
    Admin(operating): Admin,
    body: CommandBody,
    is_wanted: bool,
) -> Result<Data<Value>, Refused> {
    let streamer = id::<StreamerId>(&state.app.public, "streamerId", &body.streamer_id)?;
    let wanted = (body.twitch_username, is_wanted);
    assignments::set(&state.app, operating.acting, streamer, wanted).await?;
    Ok(Data(json!({ "ok": true })))
}
