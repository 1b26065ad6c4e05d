//! Gates over HTTP, and the list that a gate takes along: parse, call, map.

use crate::domain::ids::{EventId, GateId};
use crate::http::door_caller::DoorCaller;
use crate::http::state::RushState;
use crate::usecase::door_list_text;
use crate::usecase::gate::{self, Gate};
use axum::body::Body as Stream;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Caller, Created, Data, Path, Path2, Refused};

/// The routes of gates.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(end)).routes(routes!(take_along))
}

/// A gate.
#[derive(Debug, Serialize, ToSchema)]
pub struct GateData {
    id: String,
    name: String,
    made_at: String,
    ended_at: Option<String>,
    /// What its device sends as `X-Gate-Key`; shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

fn gate_data(state: &RushState, gate: Gate, key: Option<String>) -> GateData {
    GateData {
        id: state.app.public.encode(gate.id),
        name: gate.name,
        made_at: gate.made_at.rfc3339(),
        ended_at: gate.ended_at.map(Timestamp::rfc3339),
        key,
    }
}

/// A new gate.
#[derive(Debug, Deserialize, ToSchema)]
pub struct GateBody {
    /// What people call it, 1 to 60 characters.
    #[serde(default)]
    name: String,
}

/// Makes a gate: a device with a key of its own, for people without an account.
#[utoipa::path(post, path = "/rush/api/v1/events/{id}/gates", tag = "doors", operation_id = "create_gate",
    request_body = GateBody, params(("id" = String, Path)),
    responses((status = 201, body = web::openapi::Wrapped<GateData>), web::openapi::Refusals), security(("bearer" = [])))]
pub async fn create(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<EventId>,
    Body(body): Body<GateBody>,
) -> Result<Created<GateData>, Refused> {
    let (gate, key) = gate::create(&state.app, actor, id, &body.name).await?;
    Ok(Created(gate_data(&state, gate, Some(key))))
}

/// The gates of an event.
#[utoipa::path(get, path = "/rush/api/v1/events/{id}/gates", tag = "doors", operation_id = "list_gates",
    params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<Vec<GateData>>), web::openapi::Refusals), security(("bearer" = [])))]
pub async fn list(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<EventId>,
) -> Result<Data<Vec<GateData>>, Refused> {
    let gates = gate::list(&state.app, actor, id).await?;
    Ok(Data(gates.into_iter().map(|gate| gate_data(&state, gate, None)).collect()))
}

/// A gate that is no more.
#[derive(Debug, Serialize, ToSchema)]
pub struct EndedData {
    id: String,
    ended: bool,
}

/// Ends a gate's key at once.
#[utoipa::path(delete, path = "/rush/api/v1/events/{id}/gates/{gate}", tag = "doors", operation_id = "end_gate",
    params(("id" = String, Path), ("gate" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<EndedData>), web::openapi::Refusals), security(("bearer" = [])))]
pub async fn end(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path2(event, id): Path2<EventId, GateId>,
) -> Result<Data<EndedData>, Refused> {
    gate::end(&state.app, actor, event, id).await?;
    Ok(Data(EndedData { id: state.app.public.encode(id), ended: true }))
}

/// Every ticket of the event that is good now, for a gate that will have no network: a JSON object a line, `ticket` (`BOOKING:SEAT`),
/// `generation`, `zone`, `show`, `name`, `entered_at`. A code is good when one of the ticket keys signed it and its generation is the
/// list's.
#[utoipa::path(get, path = "/rush/api/v1/events/{id}/check-ins/list", tag = "doors", operation_id = "door_list",
    params(("id" = String, Path)),
    responses((status = 200, content_type = "application/x-ndjson", body = String), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn take_along(
    State(state): State<RushState>,
    staff: DoorCaller,
    Path(id): Path<EventId>,
) -> Result<Response, Refused> {
    let access = staff.access(&state, id).await?;
    let body = Stream::from_stream(door_list_text::stream(state.app, access));
    Ok(([(CONTENT_TYPE, "application/x-ndjson")], body).into_response())
}
