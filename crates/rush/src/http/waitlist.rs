//! Waiting for seats over HTTP: get in line, look, leave.

use crate::domain::ids::ZoneId;
use crate::domain::waitlist::Entry;
use crate::http::state::RushState;
use crate::usecase::waitlist;
use axum::extract::State;
use kernel::{PublicIds, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Caller, Data, Path, Refused};

/// The routes of waiting lines.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(join, leave))
}

/// A place in a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceData {
    zone_id: String,
    quantity: i64,
    created_at: String,
    /// When a mail said that seats are free; none: not yet.
    notified_at: Option<String>,
}

fn data(ids: &PublicIds, entry: &Entry) -> PlaceData {
    PlaceData {
        zone_id: ids.encode(entry.zone),
        quantity: entry.quantity,
        created_at: entry.created_at.rfc3339(),
        notified_at: entry.notified_at.map(Timestamp::rfc3339),
    }
}

/// For how many seats.
#[derive(Debug, Deserialize, ToSchema)]
pub struct JoinBody {
    /// 1 to 10; 1 where nothing is said.
    quantity: Option<i64>,
}

/// The caller's places in lines, newest first.
#[utoipa::path(get, path = "/rush/api/v1/waitlist", tag = "waitlist", operation_id = "list_waitlist",
    responses((status = 200, body = web::openapi::Wrapped<Vec<PlaceData>>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn list(
    State(state): State<RushState>,
    Caller(actor): Caller,
) -> Result<Data<Vec<PlaceData>>, Refused> {
    let found = waitlist::list(&state.app, actor).await?;
    Ok(Data(found.iter().map(|entry| data(&state.app.public, entry)).collect()))
}

/// Gets in line for seats of a zone; a mail tells when some are free. Asking again keeps the place.
#[utoipa::path(post, path = "/rush/api/v1/zones/{id}/waitlist", tag = "waitlist", operation_id = "join_waitlist",
    params(("id" = String, Path)), request_body = JoinBody,
    responses((status = 200, body = web::openapi::Wrapped<Vec<PlaceData>>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn join(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<ZoneId>,
    Body(body): Body<JoinBody>,
) -> Result<Data<Vec<PlaceData>>, Refused> {
    waitlist::join(&state.app, actor, id, body.quantity.unwrap_or(1)).await?;
    let found = waitlist::list(&state.app, actor).await?;
    Ok(Data(found.iter().map(|entry| data(&state.app.public, entry)).collect()))
}

/// Leaves the line.
#[utoipa::path(delete, path = "/rush/api/v1/zones/{id}/waitlist", tag = "waitlist", operation_id = "leave_waitlist",
    params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<Vec<PlaceData>>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn leave(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<ZoneId>,
) -> Result<Data<Vec<PlaceData>>, Refused> {
    waitlist::leave(&state.app, actor, id).await?;
    let found = waitlist::list(&state.app, actor).await?;
    Ok(Data(found.iter().map(|entry| data(&state.app.public, entry)).collect()))
}
