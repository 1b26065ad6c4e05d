//! Shows over HTTP: parse, call, map.

use crate::domain::catalogue_view::ShowView;
use crate::domain::ids::{EventId, ShowId};
use crate::domain::show::ShowInput;
use crate::domain::show_time::{date_of, rfc3339_in};
use crate::http::shop::{Shop, Written, page_of};
use crate::http::state::RushState;
use crate::http::tenants::Deleted;
use crate::usecase::{show, show_create};
use axum::extract::State;
use kernel::{Paged, PublicIds, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Caller, Created, Data, Listed, Path, PathText, Query, Refused};

/// The routes of shows.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(list_by_slug))
        .routes(routes!(get, change, remove))
        .routes(routes!(cancel))
}

/// A show. Its moments are written in the venue's zone.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShowData {
    id: String,
    event_id: String,
    name: Option<String>,
    show_date: String,
    start_time: String,
    end_time: Option<String>,
    doors_open_at: Option<String>,
    timezone: String,
    /// scheduled, on_sale, sold_out, completed or cancelled.
    status: &'static str,
    /// The same, and `ended` between the end of the sale and the show's own.
    sale_status: &'static str,
    sale_start_at: Option<String>,
    sale_end_at: Option<String>,
    total_capacity: i64,
    available_count: i64,
    reserved_count: i64,
    sold_count: i64,
}

fn show_data(ids: &PublicIds, view: &ShowView) -> ShowData {
    let (fields, zone) = (&view.show.fields, view.timezone.as_str());
    ShowData {
        id: ids.encode(view.show.id),
        event_id: ids.encode(view.show.event),
        name: fields.name.clone(),
        show_date: date_of(fields.starts_at, zone),
        start_time: rfc3339_in(fields.starts_at, zone),
        end_time: fields.ends_at.map(|at| rfc3339_in(at, zone)),
        doors_open_at: fields.doors_open_at.map(|at| rfc3339_in(at, zone)),
        timezone: view.timezone.clone(),
        status: view.sale.as_show_status(),
        sale_status: view.sale.as_str(),
        sale_start_at: fields.sale.starts_at.map(Timestamp::rfc3339),
        sale_end_at: fields.sale.ends_at.map(Timestamp::rfc3339),
        total_capacity: view.seats.total,
        available_count: view.seats.available,
        reserved_count: view.seats.held,
        sold_count: view.seats.sold,
    }
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ShowListQuery {
    /// From 1.
    page: Option<u32>,
    /// Rows a page, at most 100.
    per_page: Option<u32>,
    /// Rows, in the offset style.
    limit: Option<u32>,
    /// Rows to skip, in the offset style.
    offset: Option<u64>,
}

impl ShowListQuery {
    fn page(&self) -> kernel::PageRequest {
        page_of(self.page, self.per_page, self.limit, self.offset)
    }
}

/// The shows of an event, by start.
#[utoipa::path(get, path = "/rush/api/v1/events/{id}/shows", tag = "shows", params(("id" = String, Path), ShowListQuery),
    responses((status = 200, body = web::openapi::WrappedList<ShowData>), web::openapi::Refusals))]
pub async fn list(
    State(state): State<RushState>,
    Shop(visitor): Shop,
    Path(event): Path<EventId>,
    Query(query): Query<ShowListQuery>,
) -> Result<Listed<ShowData>, Refused> {
    let Paged { items, meta } = show::by_event(&state.app, visitor, event, query.page())?;
    Ok(Listed(Paged { items: items.iter().map(|view| show_data(&state.app.public, view)).collect(), meta }))
}

/// The shows of an event by its slug, by start.
#[utoipa::path(get, path = "/rush/api/v1/events/slug/{slug}/shows", tag = "shows",
    params(("slug" = String, Path), ShowListQuery),
    responses((status = 200, body = web::openapi::WrappedList<ShowData>), web::openapi::Refusals))]
pub async fn list_by_slug(
    State(state): State<RushState>,
    Shop(visitor): Shop,
    PathText(slug): PathText,
    Query(query): Query<ShowListQuery>,
) -> Result<Listed<ShowData>, Refused> {
    let Paged { items, meta } = show::by_event_slug(&state.app, visitor, &slug, query.page())?;
    Ok(Listed(Paged { items: items.iter().map(|view| show_data(&state.app.public, view)).collect(), meta }))
}

/// One show.
#[utoipa::path(get, path = "/rush/api/v1/shows/{id}", tag = "shows", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<ShowData>), web::openapi::Refusals))]
pub async fn get(
    State(state): State<RushState>,
    Shop(visitor): Shop,
    Path(id): Path<ShowId>,
) -> Result<Data<ShowData>, Refused> {
    let view = show::get(&state.app, visitor, id)?;
    Ok(Data(show_data(&state.app.public, &view)))
}

/// Adds a show to an event.
#[utoipa::path(post, path = "/rush/api/v1/events/{id}/shows", tag = "shows", params(("id" = String, Path)),
    request_body = ShowInput,
    responses((status = 201, body = web::openapi::Wrapped<ShowData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn create(
    State(state): State<RushState>,
    Path(event): Path<EventId>,
    Written { actor, value, attempt }: Written<ShowInput>,
) -> Result<Created<ShowData>, Refused> {
    let view = show_create::once(&state.app, actor, attempt, (event, value)).await?;
    Ok(Created(show_data(&state.app.public, &view)))
}

/// Changes the fields that are sent; a new date alone moves the whole evening.
#[utoipa::path(put, path = "/rush/api/v1/shows/{id}", tag = "shows", params(("id" = String, Path)),
    request_body = ShowInput,
    responses((status = 200, body = web::openapi::Wrapped<ShowData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn change(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<ShowId>,
    Body(input): Body<ShowInput>,
) -> Result<Data<ShowData>, Refused> {
    let view = show::update(&state.app, actor, id, input).await?;
    Ok(Data(show_data(&state.app.public, &view)))
}

/// Cancels a show. 409 `INVALID_STATUS`.
#[utoipa::path(post, path = "/rush/api/v1/shows/{id}/cancel", tag = "shows", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<ShowData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn cancel(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<ShowId>,
) -> Result<Data<ShowData>, Refused> {
    let view = show::cancel(&state.app, actor, id).await?;
    Ok(Data(show_data(&state.app.public, &view)))
}

/// Deletes a show. 409 `SEATS_TAKEN` where a seat is sold or held.
#[utoipa::path(delete, path = "/rush/api/v1/shows/{id}", tag = "shows", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<Deleted>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn remove(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<ShowId>,
) -> Result<Data<Deleted>, Refused> {
    show::delete(&state.app, actor, id).await?;
    Ok(Data(Deleted { id: state.app.public.encode(id), deleted: true }))
}
