//! Running an event over HTTP: how it sells, who comes, what it lacks, copying it, and files for spreadsheets.

use crate::domain::ids::EventId;
use crate::http::event_data::{EventData, event_data};
use crate::http::shop::{Shop, Written};
use crate::http::state::RushState;
use crate::usecase::sales::{self, Sales};
use crate::usecase::sales_csv::{self, Sheet};
use crate::usecase::sales_rows::{self, SalesRow};
use crate::usecase::{event_copy, event_missing, sale_proof};
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Caller, Created, Data, Path, Query, Refused};

/// The minutes of a sale's picture.
pub const MINUTES: usize = 60;

/// The routes of organizers.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new()
        .routes(routes!(copy))
        .routes(routes!(lacks))
        .routes(routes!(sales_of))
        .routes(routes!(attendees))
        .routes(routes!(orders_file))
        .routes(routes!(attendees_file))
        .routes(routes!(money_file))
        .routes(routes!(sale_proof_file))
}

/// How much later.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CopyBody {
    /// 0 to 731.
    #[serde(default)]
    days_later: i64,
}

/// Copies an event into a draft: the same shows and zones some days later, at the same hours of the venue, nothing sold.
#[utoipa::path(post, path = "/rush/api/v1/events/{id}/copy", tag = "events", operation_id = "copy_event", request_body = CopyBody,
    params(("id" = String, Path)),
    responses((status = 201, body = web::openapi::Wrapped<EventData>), web::openapi::Refusals), security(("bearer" = [])))]
pub async fn copy(
    State(state): State<RushState>,
    Path(id): Path<EventId>,
    Written { actor, value, attempt }: Written<CopyBody>,
) -> Result<Created<EventData>, Refused> {
    let view = event_copy::once(&state.app, actor, attempt, (id, value.days_later)).await?;
    Ok(Created(event_data(&state, &view)))
}

/// One thing that is not there yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct MissingData {
    /// `show_to_come`, `active_zone`, `venue`, `description`, `picture` or `doors_hour`.
    what: &'static str,
    /// Whether it stands in the way of publishing.
    is_needed: bool,
    message: &'static str,
}

/// What an event lacks: what stands in the way of publishing first.
#[utoipa::path(get, path = "/rush/api/v1/events/{id}/missing", tag = "events", operation_id = "event_missing",
    params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<Vec<MissingData>>), web::openapi::Refusals), security(("bearer" = [])))]
pub async fn lacks(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<EventId>,
) -> Result<Data<Vec<MissingData>>, Refused> {
    let missing = event_missing::of_event(&state.app, actor, id)?;
    let data = missing.into_iter().map(|one| MissingData {
        what: one.as_str(),
        is_needed: one.is_needed(),
        message: one.sentence(),
    });
    Ok(Data(data.collect()))
}

/// How a zone sells.
#[derive(Debug, Serialize, ToSchema)]
pub struct ZoneSalesData {
    zone_id: String,
    show_id: String,
    name: String,
    total: i64,
    sold: i64,
    held: i64,
    free: i64,
}

/// How an event sells. `sold + held + free = total`.
#[derive(Debug, Serialize, ToSchema)]
pub struct SalesData {
    total: i64,
    sold: i64,
    held: i64,
    free: i64,
    /// What is paid and not given back, minor units of `currency`.
    money: i64,
    currency: Option<&'static str>,
    /// As of when the money and the minutes are; seats are as of now.
    as_of: String,
    /// Seats paid for in each of the last sixty minutes, oldest first.
    minutes: Vec<i64>,
    zones: Vec<ZoneSalesData>,
}

fn sales_data(state: &RushState, sales: &Sales) -> SalesData {
    let public = &state.app.public;
    let zones = sales.view.shows.iter().flat_map(|show| &show.zones).map(|zone| ZoneSalesData {
        zone_id: public.encode(zone.zone.id),
        show_id: public.encode(zone.zone.show),
        name: zone.zone.fields.name.clone(),
        total: zone.seats.total,
        sold: zone.seats.sold,
        held: zone.seats.held,
        free: zone.seats.available,
    });
    SalesData {
        total: sales.seats.total,
        sold: sales.seats.sold,
        held: sales.seats.held,
        free: sales.seats.available,
        money: sales.money_minor(),
        currency: sales.view.currency().map(|currency| currency.code),
        as_of: sales.as_of.rfc3339(),
        minutes: sales.last_minutes(MINUTES),
        zones: zones.collect(),
    }
}

/// How an event sells, for whoever runs it.
#[utoipa::path(get, path = "/rush/api/v1/events/{id}/sales", tag = "events", operation_id = "event_sales",
    params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<SalesData>), web::openapi::Refusals), security(("bearer" = [])))]
pub async fn sales_of(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<EventId>,
) -> Result<Data<SalesData>, Refused> {
    let sales = sales::of_event(&state.app, actor, id).await?;
    Ok(Data(sales_data(&state, &sales)))
}

/// Whom to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AttendeesQuery {
    /// The beginning of an email, or a booking's code; empty: the first five hundred bookings after `after`.
    #[serde(default)]
    search: String,
    /// Where the next page begins.
    after: Option<String>,
}

/// Somebody who comes.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttendeeData {
    booking_id: String,
    code: Option<String>,
    status: &'static str,
    seat: i64,
    /// The name on the ticket.
    name: Option<String>,
    /// Who holds it.
    holder: Option<String>,
    email: Option<String>,
    zone_id: String,
    entered_at: Option<String>,
}

/// Some of those who come.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttendeesData {
    attendees: Vec<AttendeeData>,
    /// `after` of the next page.
    next: Option<String>,
}

/// Who comes, a row a ticket, for whoever runs the event.
#[utoipa::path(get, path = "/rush/api/v1/events/{id}/attendees", tag = "events", operation_id = "attendees",
    params(("id" = String, Path), AttendeesQuery),
    responses((status = 200, body = web::openapi::Wrapped<AttendeesData>), web::openapi::Refusals), security(("bearer" = [])))]
pub async fn attendees(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<EventId>,
    Query(query): Query<AttendeesQuery>,
) -> Result<Data<AttendeesData>, Refused> {
    let app = &state.app;
    sales_rows::may(app, actor, id)?;
    let (rows, next) = if query.search.trim().is_empty() {
        let after = query.after.and_then(|text| app.public.decode(&text).ok());
        let page = sales_rows::page(app, id, after).await?;
        (page.rows, page.next)
    } else {
        (sales_rows::search(app, actor, id, &query.search).await?, None)
    };
    let attendees = rows.iter().flat_map(|row| attendees_of(&state, row)).collect();
    Ok(Data(AttendeesData { attendees, next: next.map(|next| app.public.encode(next)) }))
}

fn attendees_of(state: &RushState, row: &SalesRow) -> Vec<AttendeeData> {
    let (public, booking) = (&state.app.public, &row.booking);
    let one = |(ticket, holder): &(crate::domain::ticket::Ticket, Option<identity::User>)| AttendeeData {
        booking_id: public.encode(booking.id),
        code: booking.confirmation_code.clone(),
        status: booking.status.as_str(),
        seat: ticket.seat,
        name: ticket.name.clone(),
        holder: holder.as_ref().map(|user| user.name.clone()),
        email: holder.as_ref().map(|user| user.email.clone()),
        zone_id: public.encode(booking.zone),
        entered_at: ticket.check_in.as_ref().map(|check_in| check_in.scanned_at).map(Timestamp::rfc3339),
    };
    row.tickets.iter().map(one).collect()
}

/// A file for spreadsheets.
pub fn file(name: &str, body: axum::body::Body) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, body).into_response()
}

/// Every booking that was paid, a line each (RFC 4180).
#[utoipa::path(get, path = "/rush/api/v1/events/{id}/orders.csv", tag = "events", operation_id = "orders_csv",
    params(("id" = String, Path)),
    responses((status = 200, content_type = "text/csv", body = String), web::openapi::Refusals), security(("bearer" = [])))]
pub async fn orders_file(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<EventId>,
) -> Result<Response, Refused> {
    let stream = sales_csv::stream(state.app, actor, id, Sheet::Orders)?;
    Ok(file("orders.csv", axum::body::Body::from_stream(stream)))
}

/// Every ticket that is good, a line each.
#[utoipa::path(get, path = "/rush/api/v1/events/{id}/attendees.csv", tag = "events", operation_id = "attendees_csv",
    params(("id" = String, Path)),
    responses((status = 200, content_type = "text/csv", body = String), web::openapi::Refusals), security(("bearer" = [])))]
pub async fn attendees_file(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<EventId>,
) -> Result<Response, Refused> {
    let stream = sales_csv::stream(state.app, actor, id, Sheet::Attendees)?;
    Ok(file("attendees.csv", axum::body::Body::from_stream(stream)))
}

/// Money by zone, beside it the seats by bookings and by the ledger's accounts: the two agree.
#[utoipa::path(get, path = "/rush/api/v1/events/{id}/money.csv", tag = "events", operation_id = "money_csv",
    params(("id" = String, Path)),
    responses((status = 200, content_type = "text/csv", body = String), web::openapi::Refusals), security(("bearer" = [])))]
pub async fn money_file(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<EventId>,
) -> Result<Response, Refused> {
    let text = sales_csv::money(&state.app, actor, id).await?;
    Ok(file("money.csv", text.into()))
}

/// The signed proof of a sale that is over, for anybody and without a name: every transfer of its zones in the ledger's sealed blocks, caps, what was
/// paid. `fairground verify sale.json` recomputes it. 409 `SALE_NOT_OVER`.
#[utoipa::path(get, path = "/rush/api/v1/events/{id}/sale.json", tag = "events", operation_id = "sale_proof",
    params(("id" = String, Path)),
    responses((status = 200, content_type = "application/json", body = String), web::openapi::Refusals))]
pub async fn sale_proof_file(
    State(state): State<RushState>,
    Shop(visitor): Shop,
    Path(id): Path<EventId>,
) -> Result<Response, Refused> {
    let stream = sale_proof::open(&state.app, visitor.tenant, id).await?;
    let headers = [(CONTENT_TYPE, "application/json")];
    Ok((headers, axum::body::Body::from_stream(stream)).into_response())
}
