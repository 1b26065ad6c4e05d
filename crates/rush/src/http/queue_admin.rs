//! A waiting room for those who run it: how it works, and how many wait.

use crate::domain::ids::EventId;
use crate::http::state::RushState;
use crate::usecase::queue_keys::hex;
use crate::usecase::queue_settings::{self, QueueChange};
use crate::usecase::queue_view;
use axum::extract::State;
use kernel::{Actor, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use waiting_room::Mode;
use web::{Body, Caller, Data, Path, Refused};

/// The routes for those who run waiting rooms.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new().routes(routes!(get, change))
}

/// How a room works and what goes on in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueueSettingsData {
    event_id: String,
    /// off, auto or on.
    mode: &'static str,
    threshold: i64,
    batch: i64,
    interval_ms: i64,
    max_concurrent: i64,
    pass_ttl: i64,
    max_size: i64,
    max_per_address: i64,
    work_bits: i64,
    /// Whether nobody buys without a pass now.
    is_open: bool,
    total_in_queue: usize,
    /// Passes given out so far.
    released: i64,
    is_sold_out: bool,
    /// What the secret of the shuffle was committed to; none: the room was never set up.
    commitment: Option<String>,
}

/// What to change; what is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
pub struct QueueSettingsBody {
    /// off, auto or on.
    mode: Option<String>,
    /// People at once above which an automatic room begins, 1 to 1,000,000.
    threshold: Option<i64>,
    /// Passes given out at a time at most, 1 to 10,000.
    batch: Option<i64>,
    /// Milliseconds between two times, 100 to 60,000.
    interval_ms: Option<i64>,
    /// Passes that may be out unused at once, 1 to 100,000.
    max_concurrent: Option<i64>,
    /// Seconds a pass is good for, 10 to 3,600.
    pass_ttl: Option<i64>,
    /// People who may wait, 0 for any number.
    max_size: Option<i64>,
    /// People who may wait from one address, 0 for any number.
    max_per_address: Option<i64>,
    /// Bits of work a joiner must show, 0 to 24.
    work_bits: Option<i64>,
}

/// The waiting room of an event, for its admins and its organizer.
#[utoipa::path(get, path = "/rush/api/v1/admin/queue/{event_id}", tag = "queue", params(("event_id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<QueueSettingsData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn get(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(event): Path<EventId>,
) -> Result<Data<QueueSettingsData>, Refused> {
    Ok(Data(settings_data(&state, actor, event).await?))
}

/// Changes how the room works while people wait; it holds at once, on every node. Admins only. 400 `VALIDATION_ERROR`.
#[utoipa::path(put, path = "/rush/api/v1/admin/queue/{event_id}", tag = "queue", params(("event_id" = String, Path)),
    request_body = QueueSettingsBody,
    responses((status = 200, body = web::openapi::Wrapped<QueueSettingsData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn change(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(event): Path<EventId>,
    Body(body): Body<QueueSettingsBody>,
) -> Result<Data<QueueSettingsData>, Refused> {
    let unknown = || Refusal::field("mode", "must be off, auto or on");
    let change = QueueChange {
        mode: body.mode.map(|text| Mode::parse(&text).ok_or_else(unknown)).transpose()?,
        threshold: body.threshold,
        batch: body.batch,
        interval_ms: body.interval_ms,
        concurrent_max: body.max_concurrent,
        pass_ttl_secs: body.pass_ttl,
        size_max: body.max_size,
        per_address_max: body.max_per_address,
        work_bits: body.work_bits,
    };
    queue_settings::change(&state.app, actor, event, change).await?;
    Ok(Data(settings_data(&state, actor, event).await?))
}

async fn settings_data(
    state: &RushState,
    actor: Actor,
    event: EventId,
) -> Result<QueueSettingsData, Refusal> {
    let (settings, room) = queue_settings::get(&state.app, actor, event)?;
    let view = match room {
        Some(_) => Some(queue_view::room(&state.app, event, actor.tenant).await?),
        None => None,
    };
    Ok(QueueSettingsData {
        event_id: state.app.public.encode(event),
        mode: settings.mode.as_str(),
        threshold: settings.threshold,
        batch: settings.batch,
        interval_ms: settings.interval_ms,
        max_concurrent: settings.concurrent_max,
        pass_ttl: settings.pass_ttl_secs,
        max_size: settings.size_max,
        max_per_address: settings.per_address_max,
        work_bits: settings.work_bits,
        is_open: view.as_ref().is_some_and(|view| view.is_on),
        total_in_queue: view.as_ref().map_or(0, |view| view.waiting),
        released: view.as_ref().map_or(0, |view| view.released),
        is_sold_out: view.as_ref().is_some_and(|view| view.is_sold_out),
        commitment: view.as_ref().map(|view| hex(&view.queue.room.commitment())),
    })
}
