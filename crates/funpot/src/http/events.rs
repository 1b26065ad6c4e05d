//! Events over HTTP: those that take votes, one, their history, their receipts.

use super::answer::Data;
use super::event_data::{self, EventData, LiveEventData};
use super::query::{PageQuery, id};
use super::state::PotState;
use crate::domain::event::State as EventState;
use crate::domain::ids::{EventId, StreamerId};
use crate::usecase::event_view::EventFilter;
use crate::usecase::{event_view, receipt_view};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use kernel::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Caller, MaybeCaller, Path, Query, Refused};

/// The routes of events.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new()
        .routes(routes!(live))
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(receipt))
        .routes(routes!(receipt_key))
}

/// Of whom.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
struct LiveQuery {
    streamer_id: String,
}

/// The events of a streamer that take votes, with the caller's own vote. From memory.
#[utoipa::path(get, path = "/funpot/api/events/live", tag = "events", params(LiveQuery),
    responses((status = 200, body = Vec<LiveEventData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn live(
    State(state): State<PotState>,
    Caller(actor): Caller,
    Query(query): Query<LiveQuery>,
) -> Result<Data<Vec<LiveEventData>>, Refused> {
    let app = &state.app;
    let streamer = id::<StreamerId>(&app.public, "streamerId", &query.streamer_id)?;
    let now = app.clock.now();
    let events = app.live.of_streamer(streamer);
    let taking = events.iter().filter(|live| live.event.takes_votes(now));
    Ok(Data(taking.map(|live| event_data::live(&app.public, live, actor.user.0, now)).collect()))
}

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
struct ListQuery {
    streamer_id: Option<String>,
    /// live, closed or cancelled.
    state: Option<String>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// 1..=100; 20 where nothing is said.
    limit: Option<i64>,
}

/// A page of events.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EventsData {
    events: Vec<EventData>,
    next_cursor: Option<String>,
}

/// Events, newest first.
#[utoipa::path(get, path = "/funpot/api/events", tag = "events", params(ListQuery),
    responses((status = 200, body = EventsData), web::openapi::Refusals), security(("bearer" = [])))]
async fn list(
    State(state): State<PotState>,
    Caller(_): Caller,
    Query(query): Query<ListQuery>,
) -> Result<Data<EventsData>, Refused> {
    let app = &state.app;
    let page = PageQuery { cursor: query.cursor, limit: query.limit }.page::<EventId>(&app.public)?;
    let streamer =
        query.streamer_id.as_deref().map(|text| id(&app.public, "streamerId", text)).transpose()?;
    let wanted = query.state.as_deref().map(|text| {
        EventState::parse(text).ok_or_else(|| Refusal::field("state", "must be live, closed or cancelled"))
    });
    let filter = EventFilter { streamer, state: wanted.transpose()?, before: page.before, limit: page.limit };
    let seen = event_view::list(app, filter).await?;
    let next_cursor = page.next(&app.public, &seen, |seen| seen.event.id);
    let now = app.clock.now();
    let events = seen
        .iter()
        .map(|seen| event_data::event(&app.public, &seen.event, seen.source.as_ref(), None, now))
        .collect();
    Ok(Data(EventsData { events, next_cursor }))
}

/// One event.
#[utoipa::path(get, path = "/funpot/api/events/{id}", tag = "events", params(("id" = String, Path)),
    responses((status = 200, body = EventData), web::openapi::Refusals), security(("bearer" = [])))]
async fn one(
    State(state): State<PotState>,
    Caller(actor): Caller,
    Path(id): Path<EventId>,
) -> Result<Data<EventData>, Refused> {
    let app = &state.app;
    let seen = event_view::one(app, id, Some(actor.user)).await?;
    let now = app.clock.now();
    let data = event_data::event(&app.public, &seen.event, seen.source.as_ref(), seen.vote, now);
    Ok(Data(data.with_verdict(&seen.event, seen.verdict.as_ref())))
}

/// Which receipt of an event.
#[derive(Debug, Deserialize, IntoParams)]
struct ReceiptQuery {
    /// Of this attempt; the newest where nothing is said.
    attempt: Option<i64>,
}

/// The receipt of a settled event, for anybody. 404 before settlement.
#[utoipa::path(get, path = "/funpot/api/events/{id}/receipt", tag = "events",
    params(("id" = String, Path), ReceiptQuery),
    responses((status = 200, description = "see docs/receipt.md", body = serde_json::Value), web::openapi::Refusals))]
async fn receipt(
    State(state): State<PotState>,
    _: MaybeCaller,
    Path(id): Path<EventId>,
    Query(query): Query<ReceiptQuery>,
) -> Result<Response, Refused> {
    let text = receipt_view::run(&state.app, id, query.attempt).await?;
    Ok(([(CONTENT_TYPE, "application/json")], text).into_response())
}

/// The key of receipts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct KeyData {
    /// Ed25519, hex.
    public_key: String,
}

/// The key that signs receipts now, for anybody.
#[utoipa::path(get, path = "/funpot/api/receipts/key", tag = "events",
    responses((status = 200, body = KeyData)))]
async fn receipt_key(State(state): State<PotState>) -> Data<KeyData> {
    let key = state.app.receipt_key.verifying_key();
    Data(KeyData { public_key: crate::domain::receipt::hex(key.as_bytes()) })
}
