//! Zones over HTTP: parse, call, map.

use crate::domain::catalogue_view::ZoneView;
use crate::domain::ids::{ShowId, ZoneId};
use crate::domain::zone::ZoneInput;
use crate::http::shop::{Shop, Written, page_of};
use crate::http::state::RushState;
use crate::http::tenants::Deleted;
use crate::usecase::{zone, zone_create};
use axum::extract::State;
use kernel::{Paged, PublicIds, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Caller, Created, Data, Listed, Path, Query, Refused};

/// The routes of zones.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(active))
        .routes(routes!(get, change, remove))
}

/// A zone with its live seats.
#[derive(Debug, Serialize, ToSchema)]
pub struct ZoneData {
    id: String,
    show_id: String,
    event_id: String,
    name: String,
    description: Option<String>,
    color: Option<String>,
    /// Minor units of `currency`.
    price: i64,
    currency: &'static str,
    total_seats: i64,
    available_seats: i64,
    reserved_seats: i64,
    sold_seats: i64,
    min_per_order: i64,
    max_per_order: i64,
    is_active: bool,
    sort_order: i64,
    /// The zone's own window, where it has one.
    sale_start_at: Option<String>,
    sale_end_at: Option<String>,
    /// When it is really sold: zone over show over event, and the cut-off.
    sale_opens_at: Option<String>,
    sale_closes_at: String,
    /// scheduled, on_sale, sold_out, ended, completed or cancelled.
    sale_status: &'static str,
    attributes: serde_json::Value,
}

fn zone_data(ids: &PublicIds, view: &ZoneView) -> ZoneData {
    let (fields, seats) = (&view.zone.fields, view.seats);
    ZoneData {
        id: ids.encode(view.zone.id),
        show_id: ids.encode(view.zone.show),
        event_id: ids.encode(view.zone.event),
        name: fields.name.clone(),
        description: fields.description.clone(),
        color: fields.color.clone(),
        price: fields.price_minor,
        currency: fields.currency.code,
        total_seats: seats.total,
        available_seats: seats.available,
        reserved_seats: seats.held,
        sold_seats: seats.sold,
        min_per_order: fields.min_per_order,
        max_per_order: fields.max_per_order,
        is_active: fields.is_active,
        sort_order: fields.sort_order,
        sale_start_at: fields.sale.starts_at.map(Timestamp::rfc3339),
        sale_end_at: fields.sale.ends_at.map(Timestamp::rfc3339),
        sale_opens_at: view.offer.opens_at.map(Timestamp::rfc3339),
        sale_closes_at: view.offer.closes_at.rfc3339(),
        sale_status: view.sale.as_str(),
        attributes: fields.attributes.clone(),
    }
}

/// Which zones.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ZoneListQuery {
    /// Whether they are switched on; only their owner sees others.
    is_active: Option<bool>,
    /// From 1.
    page: Option<u32>,
    /// Rows a page, at most 100.
    per_page: Option<u32>,
    /// Rows, in the offset style.
    limit: Option<u32>,
    /// Rows to skip, in the offset style.
    offset: Option<u64>,
}

impl ZoneListQuery {
    fn page(&self) -> kernel::PageRequest {
        page_of(self.page, self.per_page, self.limit, self.offset)
    }
}

/// The zones of a show in their order, with live seats.
#[utoipa::path(get, path = "/rush/api/v1/shows/{id}/zones", tag = "zones", params(("id" = String, Path), ZoneListQuery),
    responses((status = 200, body = web::openapi::WrappedList<ZoneData>), web::openapi::Refusals))]
pub async fn list(
    State(state): State<RushState>,
    Shop(visitor): Shop,
    Path(show): Path<ShowId>,
    Query(query): Query<ZoneListQuery>,
) -> Result<Listed<ZoneData>, Refused> {
    let Paged { items, meta } = zone::by_show(&state.app, visitor, show, query.is_active, query.page())?;
    Ok(Listed(Paged { items: items.iter().map(|view| zone_data(&state.app.public, view)).collect(), meta }))
}

/// Every active zone of published events, for our own services.
#[utoipa::path(get, path = "/rush/api/v1/zones/active", tag = "zones", params(ZoneListQuery),
    responses((status = 200, body = web::openapi::WrappedList<ZoneData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn active(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Query(query): Query<ZoneListQuery>,
) -> Result<Listed<ZoneData>, Refused> {
    let Paged { items, meta } = zone::active(&state.app, actor, query.page())?;
    Ok(Listed(Paged { items: items.iter().map(|view| zone_data(&state.app.public, view)).collect(), meta }))
}

/// One zone with its live seats.
#[utoipa::path(get, path = "/rush/api/v1/zones/{id}", tag = "zones", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<ZoneData>), web::openapi::Refusals))]
pub async fn get(
    State(state): State<RushState>,
    Shop(visitor): Shop,
    Path(id): Path<ZoneId>,
) -> Result<Data<ZoneData>, Refused> {
    let view = zone::get(&state.app, visitor, id)?;
    Ok(Data(zone_data(&state.app.public, &view)))
}

/// Adds a zone to a show, and issues its seats.
#[utoipa::path(post, path = "/rush/api/v1/shows/{id}/zones", tag = "zones", params(("id" = String, Path)),
    request_body = ZoneInput,
    responses((status = 201, body = web::openapi::Wrapped<ZoneData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn create(
    State(state): State<RushState>,
    Path(show): Path<ShowId>,
    Written { actor, value, attempt }: Written<ZoneInput>,
) -> Result<Created<ZoneData>, Refused> {
    let view = zone_create::once(&state.app, actor, attempt, (show, value)).await?;
    Ok(Created(zone_data(&state.app.public, &view)))
}

/// Changes the fields that are sent. 409 `SEATS_TAKEN` where the total would fall below what is sold and held.
#[utoipa::path(put, path = "/rush/api/v1/zones/{id}", tag = "zones", params(("id" = String, Path)),
    request_body = ZoneInput,
    responses((status = 200, body = web::openapi::Wrapped<ZoneData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn change(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<ZoneId>,
    Body(input): Body<ZoneInput>,
) -> Result<Data<ZoneData>, Refused> {
    let view = zone::update(&state.app, actor, id, input).await?;
    Ok(Data(zone_data(&state.app.public, &view)))
}

/// Deletes a zone. 409 `SEATS_TAKEN` where a seat is sold or held.
#[utoipa::path(delete, path = "/rush/api/v1/zones/{id}", tag = "zones", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<Deleted>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn remove(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<ZoneId>,
) -> Result<Data<Deleted>, Refused> {
    zone::delete(&state.app, actor, id).await?;
    Ok(Data(Deleted { id: state.app.public.encode(id), deleted: true }))
}
