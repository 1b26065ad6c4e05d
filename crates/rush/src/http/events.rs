//! Events over HTTP: parse, call, map.

use crate::domain::event::EventInput;
use crate::domain::ids::EventId;
use crate::http::event_data::{EventData, EventListQuery, event_data, read_query};
use crate::http::shop::{Shop, Written};
use crate::http::state::RushState;
use crate::http::tenants::Deleted;
use crate::usecase::{event, event_create, event_lifecycle, event_update};
use axum::extract::State;
use kernel::Paged;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Caller, Created, Data, Listed, Path, PathText, Query, Refused};

/// The routes of events.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(mine))
        .routes(routes!(get, change, remove))
        .routes(routes!(get_by_slug))
        .routes(routes!(publish))
        .routes(routes!(unpublish))
        .routes(routes!(cancel))
        .routes(routes!(complete))
}

/// The shop's public events.
#[utoipa::path(get, path = "/rush/api/v1/events", tag = "events", params(EventListQuery),
    responses((status = 200, body = web::openapi::WrappedList<EventData>), web::openapi::Refusals))]
pub async fn list(
    State(state): State<RushState>,
    Shop(visitor): Shop,
    Query(query): Query<EventListQuery>,
) -> Result<Listed<EventData>, Refused> {
    let (query, page) = read_query(&state, query)?;
    let Paged { items, meta } = event::list(&state.app, visitor.tenant, &query, page);
    Ok(Listed(Paged { items: items.iter().map(|view| event_data(&state, view)).collect(), meta }))
}

/// The caller's events in every state; an admin sees all of the tenant.
#[utoipa::path(get, path = "/rush/api/v1/events/my", tag = "events", params(EventListQuery),
    responses((status = 200, body = web::openapi::WrappedList<EventData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn mine(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Query(query): Query<EventListQuery>,
) -> Result<Listed<EventData>, Refused> {
    let (query, page) = read_query(&state, query)?;
    let Paged { items, meta } = event::mine(&state.app, actor, &query, page)?;
    Ok(Listed(Paged { items: items.iter().map(|view| event_data(&state, view)).collect(), meta }))
}

/// One event; a draft is there for its owner alone.
#[utoipa::path(get, path = "/rush/api/v1/events/{id}", tag = "events", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<EventData>), web::openapi::Refusals))]
pub async fn get(
    State(state): State<RushState>,
    Shop(visitor): Shop,
    Path(id): Path<EventId>,
) -> Result<Data<EventData>, Refused> {
    let view = event::by_id(&state.app, visitor, id)?;
    Ok(Data(event_data(&state, &view)))
}

/// One event by its slug.
#[utoipa::path(get, path = "/rush/api/v1/events/slug/{slug}", tag = "events", params(("slug" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<EventData>), web::openapi::Refusals))]
pub async fn get_by_slug(
    State(state): State<RushState>,
    Shop(visitor): Shop,
    PathText(slug): PathText,
) -> Result<Data<EventData>, Refused> {
    let view = event::by_slug(&state.app, visitor, &slug)?;
    Ok(Data(event_data(&state, &view)))
}

/// Creates a draft. A tenant, organizer or status in the body is not read.
#[utoipa::path(post, path = "/rush/api/v1/events", tag = "events", request_body = EventInput,
    responses((status = 201, body = web::openapi::Wrapped<EventData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn create(
    State(state): State<RushState>,
    Written { actor, value, attempt }: Written<EventInput>,
) -> Result<Created<EventData>, Refused> {
    let view = event_create::once(&state.app, actor, attempt, value).await?;
    Ok(Created(event_data(&state, &view)))
}

/// Changes the fields that are sent; null empties one.
#[utoipa::path(put, path = "/rush/api/v1/events/{id}", tag = "events", params(("id" = String, Path)),
    request_body = EventInput,
    responses((status = 200, body = web::openapi::Wrapped<EventData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn change(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<EventId>,
    Body(input): Body<EventInput>,
) -> Result<Data<EventData>, Refused> {
    let view = event_update::run(&state.app, actor, id, input).await?;
    Ok(Data(event_data(&state, &view)))
}

/// Deletes an event. 409 `SEATS_TAKEN` where a seat is sold or held.
#[utoipa::path(delete, path = "/rush/api/v1/events/{id}", tag = "events", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<Deleted>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn remove(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<EventId>,
) -> Result<Data<Deleted>, Refused> {
    event_lifecycle::delete(&state.app, actor, id).await?;
    Ok(Data(Deleted { id: state.app.public.encode(id), deleted: true }))
}

/// Publishes a draft that has something to sell. 409 `INVALID_STATUS`.
#[utoipa::path(post, path = "/rush/api/v1/events/{id}/publish", tag = "events", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<EventData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn publish(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<EventId>,
) -> Result<Data<EventData>, Refused> {
    let view = event_lifecycle::publish(&state.app, actor, id).await?;
    Ok(Data(event_data(&state, &view)))
}

/// Makes an event of which nothing is taken a draft again. 409 `INVALID_STATUS`, `SEATS_TAKEN`.
#[utoipa::path(post, path = "/rush/api/v1/events/{id}/unpublish", tag = "events", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<EventData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn unpublish(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<EventId>,
) -> Result<Data<EventData>, Refused> {
    let view = event_lifecycle::unpublish(&state.app, actor, id).await?;
    Ok(Data(event_data(&state, &view)))
}

/// Cancels an event. 409 `INVALID_STATUS`.
#[utoipa::path(post, path = "/rush/api/v1/events/{id}/cancel", tag = "events", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<EventData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn cancel(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<EventId>,
) -> Result<Data<EventData>, Refused> {
    let view = event_lifecycle::cancel(&state.app, actor, id).await?;
    Ok(Data(event_data(&state, &view)))
}

/// Completes an event whose last show is over. 409 `INVALID_STATUS`.
#[utoipa::path(post, path = "/rush/api/v1/events/{id}/complete", tag = "events", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<EventData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn complete(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<EventId>,
) -> Result<Data<EventData>, Refused> {
    let view = event_lifecycle::complete(&state.app, actor, id).await?;
    Ok(Data(event_data(&state, &view)))
}
