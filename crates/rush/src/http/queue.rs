//! Waiting rooms over HTTP: parse, call, map.

use crate::domain::ids::EventId;
use crate::http::state::RushState;
use crate::rates;
use crate::usecase::queue_join::{self, JoinOffer, JoinedPlace};
use crate::usecase::queue_keys::hex;
use crate::usecase::queue_place::{self, PlaceData, place_data, read_contribution};
use crate::usecase::queue_proof::{self, ShuffleProof};
use crate::usecase::{queue_leave, queue_view};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use kernel::{Actor, Refusal};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::live::{OwnEvent, own_event_stream};
use web::{Body, Caller, Created, Data, MaybeCaller, Path, Query, Refused, RequestFacts};

/// How long one stream lives; whoever still waits comes back.
const STREAM_LIFE: Duration = Duration::from_secs(300);

/// The routes of waiting rooms.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new()
        .routes(routes!(join))
        .routes(routes!(own))
        .routes(routes!(position))
        .routes(routes!(stream))
        .routes(routes!(status))
        .routes(routes!(leave))
        .routes(routes!(shuffle))
}

/// Which room, and what the joiner brings.
#[derive(Debug, Deserialize, ToSchema)]
pub struct JoinBody {
    /// The event.
    event_id: String,
    /// 32 hexadecimal digits of the joiner's own chance, for the shuffle; the server draws some where there are none.
    contribution: Option<String>,
    /// The work, where the room wants some.
    work: Option<String>,
}

/// A place that was taken, or found again.
#[derive(Debug, Serialize, ToSchema)]
pub struct JoinedData {
    /// How it stands.
    #[serde(flatten)]
    place: PlaceData,
    /// What must be shown to leave.
    token: String,
    /// The hash over every contribution so far, the own one last.
    contributions_head: String,
    /// What the secret of the shuffle was committed to.
    commitment: String,
}

/// Takes a place in the waiting room of an event: 201. Whoever has one keeps it, whichever tab or device asks: 200.
/// 409 `QUEUE_NOT_OPEN`, 409 `QUEUE_SOLD_OUT`, 503 `QUEUE_FULL`, 403 `QUEUE_WORK_REQUIRED`, 429.
#[utoipa::path(post, path = "/rush/api/v1/queue/join", tag = "queue", request_body = JoinBody,
    responses((status = 201, body = web::openapi::Wrapped<JoinedData>), (status = 200, body = web::openapi::Wrapped<JoinedData>),
        web::openapi::Refusals), security(("bearer" = [])))]
pub async fn join(
    State(state): State<RushState>,
    facts: RequestFacts,
    Caller(actor): Caller,
    Body(body): Body<JoinBody>,
) -> Result<Response, Refused> {
    state.edge.charge_target(&facts, rates::QUEUE_JOIN, &actor.user.0.to_string())?;
    let event = event(&state, &body.event_id)?;
    let contribution = body.contribution.as_deref().map(read_contribution).transpose()?;
    let offer = JoinOffer { contribution, work: body.work, address: facts.client_ip.to_string() };
    let joined = queue_join::run(&state.app, actor, event, offer).await?;
    let data = joined_data(&state, actor, event, &joined).await?;
    Ok(if joined.given.is_new { Created(data).into_response() } else { Data(data).into_response() })
}

async fn joined_data(
    state: &RushState,
    actor: Actor,
    event: EventId,
    joined: &JoinedPlace,
) -> Result<JoinedData, Refused> {
    let queue = queue_view::queue(&state.app.catalogue.current(), event, actor.tenant)?;
    let own = queue_view::own(&state.app, actor, event).await?;
    Ok(JoinedData {
        place: place_data(&own, queue.closes_at),
        token: joined.token.clone(),
        contributions_head: hex(&joined.given.head),
        commitment: hex(&queue.room.commitment()),
    })
}

/// Of which event.
#[derive(Debug, Deserialize, IntoParams)]
pub struct OwnQuery {
    /// The event.
    event_id: String,
}

/// The caller's place. 404 `NOT_IN_QUEUE`.
#[utoipa::path(get, path = "/rush/api/v1/queue/status", tag = "queue", params(OwnQuery),
    responses((status = 200, body = web::openapi::Wrapped<PlaceData>), web::openapi::Refusals), security(("bearer" = [])))]
pub async fn own(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Query(query): Query<OwnQuery>,
) -> Result<Data<PlaceData>, Refused> {
    let event = event(&state, &query.event_id)?;
    Ok(Data(own_data(&state, actor, event).await?))
}

/// The caller's place. 404 `NOT_IN_QUEUE`.
#[utoipa::path(get, path = "/rush/api/v1/queue/position/{event_id}", tag = "queue", params(("event_id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<PlaceData>), web::openapi::Refusals), security(("bearer" = [])))]
pub async fn position(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(event): Path<EventId>,
) -> Result<Data<PlaceData>, Refused> {
    Ok(Data(own_data(&state, actor, event).await?))
}

async fn own_data(state: &RushState, actor: Actor, event: EventId) -> Result<PlaceData, Refusal> {
    let own = queue_view::own(&state.app, actor, event).await?;
    let queue = queue_view::queue(&state.app.catalogue.current(), event, actor.tenant)?;
    Ok(place_data(&own, queue.closes_at))
}

/// The caller's place as it moves: server-sent events `position`, at last `pass`, or `error` (`not_in_queue`, `timeout`). A
/// comment every 15 s; after five minutes the client comes back. Whatever was missed, the first event says how it is now.
#[utoipa::path(get, path = "/rush/api/v1/queue/position/{event_id}/stream", tag = "queue",
    params(("event_id" = String, Path)),
    responses((status = 200, content_type = "text/event-stream", body = String), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn stream(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(event): Path<EventId>,
) -> Result<Response, Refused> {
    // What was committed before this request is told in its first event.
    queue_view::room(&state.app, event, actor.tenant).await?;
    let events = queue_place::events(&state.app, actor, event);
    let events = events.map(|event| OwnEvent { id: event.revision, kind: event.kind, body: event.body });
    Ok(own_event_stream(events, state.closing, STREAM_LIFE))
}

/// A waiting room as anybody may see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoomData {
    event_id: String,
    total_in_queue: usize,
    /// Whether nobody buys without a pass now.
    is_open: bool,
    is_sold_out: bool,
    /// When those who came early were shuffled.
    opened_at: Option<String>,
    /// What the secret of the shuffle was committed to.
    commitment: String,
    /// What a joiner has to work on, with how many bits; none: nothing.
    work_bits: Option<i64>,
    work_puzzle: Option<String>,
}

/// How many wait, and whether there is a waiting room now.
#[utoipa::path(get, path = "/rush/api/v1/queue/status/{event_id}", tag = "queue", params(("event_id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<RoomData>), web::openapi::Refusals))]
pub async fn status(
    State(state): State<RushState>,
    MaybeCaller(actor): MaybeCaller,
    Path(event): Path<EventId>,
) -> Result<Data<RoomData>, Refused> {
    let view = queue_view::room(&state.app, event, actor.and_then(|actor| actor.tenant)).await?;
    let bits = view.queue.room.settings.work_bits;
    let puzzle = actor.filter(|_| bits > 0).map(|actor| queue_join::puzzle(&state.app, actor, event));
    Ok(Data(RoomData {
        event_id: state.app.public.encode(event),
        total_in_queue: view.waiting,
        is_open: view.is_on,
        is_sold_out: view.is_sold_out,
        opened_at: view.opened_at.map(kernel::Timestamp::rfc3339),
        commitment: hex(&view.queue.room.commitment()),
        work_bits: (bits > 0).then_some(bits),
        work_puzzle: puzzle,
    }))
}

/// Which place.
#[derive(Debug, Deserialize, ToSchema)]
pub struct LeaveBody {
    /// The event.
    event_id: String,
    /// The token of the place.
    token: String,
}

/// A place that was given back.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeftData {
    left: bool,
}

/// Gives the caller's place, or an unused pass, back. 403 `INVALID_TOKEN`, 404 `NOT_IN_QUEUE`.
#[utoipa::path(delete, path = "/rush/api/v1/queue/leave", tag = "queue", request_body = LeaveBody,
    responses((status = 200, body = web::openapi::Wrapped<LeftData>), web::openapi::Refusals), security(("bearer" = [])))]
pub async fn leave(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Body(body): Body<LeaveBody>,
) -> Result<Data<LeftData>, Refused> {
    let event = event(&state, &body.event_id)?;
    queue_leave::run(&state.app, actor, event, &body.token).await?;
    Ok(Data(LeftData { left: true }))
}

/// The proof of the order, after the room has opened: everything `fairground verify` needs, and no name. 409 `SHUFFLE_NOT_YET`.
#[utoipa::path(get, path = "/rush/api/v1/queue/shuffle/{event_id}", tag = "queue", params(("event_id" = String, Path)),
    responses((status = 200, body = ShuffleProof), web::openapi::Refusals))]
pub async fn shuffle(
    State(state): State<RushState>,
    MaybeCaller(actor): MaybeCaller,
    Path(event): Path<EventId>,
) -> Result<axum::Json<ShuffleProof>, Refused> {
    let tenant = actor.and_then(|actor| actor.tenant);
    Ok(axum::Json(queue_proof::run(&state.app, event, tenant).await?))
}

fn event(state: &RushState, text: &str) -> Result<EventId, Refusal> {
    state.app.public.decode(text).map_err(|_| Refusal::not_found("event"))
}
