//! Bookings over HTTP: parse, call, map.

use crate::domain::booking::{Booking, BookingStatus};
use crate::domain::ids::{BookingId, EventId, PaymentId};
use crate::domain::place::place_of;
use crate::domain::reserve::{QUANTITY_MAX, ReserveRefusal, ReserveRequest};
use crate::http::state::RushState;
use crate::refusals;
use crate::usecase::queue_keys::QUEUE_PASS;
use crate::usecase::queue_view;
use crate::usecase::seat_selection::SeatSelection;
use crate::usecase::{booking_confirm, booking_release, booking_reserve, booking_view};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use kernel::{Actor, PageRequest, Paged, PublicIds, Refusal, TypedId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Caller, Created, Data, IdempotencyKey, Listed, Path, Query, Refused, replayed};

/// The route of reservations.
pub const RESERVE: &str = "/rush/api/v1/bookings/reserve";

/// The routes of bookings.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new()
        .routes(routes!(reserve))
        .routes(routes!(list))
        .routes(routes!(pending))
        .routes(routes!(summary))
        .routes(routes!(get, remove))
        .routes(routes!(confirm))
        .routes(routes!(cancel))
}

/// What to reserve. A price, tenant, user or role in the body is not read.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ReserveBody {
    /// The event.
    event_id: String,
    /// The show.
    show_id: String,
    /// The zone.
    zone_id: String,
    /// Tickets, 1..=10.
    quantity: i64,
}

/// A held booking.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReservedData {
    booking_id: String,
    status: &'static str,
    expires_at: String,
    quantity: i64,
    unit_price: i64,
    total_price: i64,
    currency: &'static str,
}

/// Holds seats for the caller.
#[utoipa::path(post, path = "/rush/api/v1/bookings/reserve", tag = "bookings", request_body = ReserveBody,
    params(("Idempotency-Key" = String, Header, description = "one per attempt; repeating it repeats the answer"),
        ("X-Queue-Pass" = Option<String>, Header, description = "where the event has a waiting room")),
    responses((status = 201, body = web::openapi::Wrapped<ReservedData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn reserve(
    State(state): State<RushState>,
    Caller(actor): Caller,
    key: IdempotencyKey,
    headers: HeaderMap,
    Body(body): Body<ReserveBody>,
) -> Result<Response, Refused> {
    let mut request = read_reserve(&state.app.public, actor, &key, &body)?;
    let pass = headers.get(QUEUE_PASS).and_then(|value| value.to_str().ok());
    request.pass = queue_view::presented(&state.app, pass, actor.user, request.event);
    let reserved = booking_reserve::run(&state.app, request).await?;
    let answer = Created(reserved_data(&state.app.public, &reserved.booking)).into_response();
    Ok(if reserved.replayed { replayed(answer) } else { answer })
}

/// Reads a body into a request. Unknown, forged and foreign ids are zones that do not exist.
pub fn read_reserve(
    public: &PublicIds,
    actor: Actor,
    key: &IdempotencyKey,
    body: &ReserveBody,
) -> Result<ReserveRequest, Refusal> {
    fn known<I: TypedId>(public: &PublicIds, text: &str) -> Result<I, Refusal> {
        public.decode(text).map_err(|_| refusals::of_reserve(ReserveRefusal::ZoneNotFound))
    }
    if !(1..=QUANTITY_MAX).contains(&body.quantity) {
        return Err(refusals::of_reserve(ReserveRefusal::InvalidQuantity { min: 1, max: QUANTITY_MAX }));
    }
    let selection = SeatSelection {
        event: known(public, &body.event_id)?,
        show: known(public, &body.show_id)?,
        zone: known(public, &body.zone_id)?,
        quantity: body.quantity,
    };
    Ok(selection.request(actor, &key.0))
}

/// A reservation as it is first answered and repeated: always as it was when it was made.
pub fn reserved_data(public: &PublicIds, booking: &Booking) -> ReservedData {
    ReservedData {
        booking_id: public.encode(booking.id),
        status: BookingStatus::Reserved.as_str(),
        expires_at: booking.expires_at.rfc3339(),
        quantity: booking.quantity,
        unit_price: booking.unit_price_minor,
        total_price: booking.total_minor,
        currency: booking.currency.code,
    }
}

/// Which payment confirms.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ConfirmBody {
    /// The succeeded payment of this booking.
    payment_id: String,
}

/// A confirmed booking.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConfirmedData {
    booking_id: String,
    status: &'static str,
    confirmed_at: Option<String>,
    confirmation_code: Option<String>,
}

/// Confirms a paid booking.
#[utoipa::path(post, path = "/rush/api/v1/bookings/{id}/confirm", tag = "bookings", request_body = ConfirmBody,
    params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<ConfirmedData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn confirm(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<BookingId>,
    Body(body): Body<ConfirmBody>,
) -> Result<Data<ConfirmedData>, Refused> {
    let payment = state.app.public.decode(&body.payment_id).ok();
    let booking = booking_confirm::run(&state.app, actor, id, payment).await?;
    Ok(Data(ConfirmedData {
        booking_id: state.app.public.encode(booking.id),
        status: booking.status.as_str(),
        confirmed_at: booking.confirmed_at.map(kernel::Timestamp::rfc3339),
        confirmation_code: booking.confirmation_code,
    }))
}

/// A released booking.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReleasedData {
    booking_id: String,
    status: &'static str,
    message: &'static str,
}

/// Gives held seats back.
#[utoipa::path(post, path = "/rush/api/v1/bookings/{id}/cancel", tag = "bookings", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<ReleasedData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn cancel(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<BookingId>,
) -> Result<Data<ReleasedData>, Refused> {
    let booking = booking_release::run(&state.app, actor, id).await?;
    Ok(Data(ReleasedData {
        booking_id: state.app.public.encode(booking.id),
        status: booking.status.as_str(),
        message: "The seats are on sale again.",
    }))
}

/// Gives held seats back.
#[utoipa::path(delete, path = "/rush/api/v1/bookings/{id}", tag = "bookings", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<ReleasedData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn remove(
    state: State<RushState>,
    caller: Caller,
    id: Path<BookingId>,
) -> Result<Data<ReleasedData>, Refused> {
    cancel(state, caller, id).await
}

/// A booking.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookingData {
    booking_id: String,
    event_id: String,
    show_id: String,
    zone_id: String,
    event_name: Option<String>,
    venue_name: Option<String>,
    zone_name: Option<String>,
    show_starts_at: Option<String>,
    quantity: i64,
    unit_price: i64,
    total_price: i64,
    currency: &'static str,
    status: &'static str,
    status_reason: Option<String>,
    reserved_at: String,
    expires_at: String,
    seconds_left: i64,
    confirmed_at: Option<String>,
    confirmation_code: Option<String>,
    payment_id: Option<String>,
    cancelled_at: Option<String>,
}

fn booking_data(state: &RushState, booking: Booking) -> BookingData {
    let (app, now) = (&state.app, state.app.clock.now());
    let place = place_of(&app.catalogue.current(), booking.zone);
    let live = booking.status == BookingStatus::Reserved;
    BookingData {
        booking_id: app.public.encode(booking.id),
        event_id: app.public.encode(booking.event),
        show_id: app.public.encode(booking.show),
        zone_id: app.public.encode(booking.zone),
        event_name: place.as_ref().map(|place| place.event_name.clone()),
        venue_name: place.as_ref().and_then(|place| place.venue_name.clone()),
        zone_name: place.as_ref().map(|place| place.zone_name.clone()),
        show_starts_at: place.as_ref().map(|place| place.starts_at.rfc3339()),
        quantity: booking.quantity,
        unit_price: booking.unit_price_minor,
        total_price: booking.total_minor,
        currency: booking.currency.code,
        status: booking.status.as_str(),
        status_reason: booking.status_reason,
        reserved_at: booking.reserved_at.rfc3339(),
        expires_at: booking.expires_at.rfc3339(),
        seconds_left: if live { now.secs_until(booking.expires_at) } else { 0 },
        confirmed_at: booking.confirmed_at.map(kernel::Timestamp::rfc3339),
        confirmation_code: booking.confirmation_code,
        payment_id: booking.payment.map(|id| app.public.encode(PaymentId(id))),
        cancelled_at: booking.cancelled_at.map(kernel::Timestamp::rfc3339),
    }
}

/// One booking of the caller.
#[utoipa::path(get, path = "/rush/api/v1/bookings/{id}", tag = "bookings", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<BookingData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn get(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<BookingId>,
) -> Result<Data<BookingData>, Refused> {
    let booking = booking_view::get(&state.app, actor, id).await?;
    Ok(Data(booking_data(&state, booking)))
}

/// Which bookings.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ListQuery {
    /// reserved, confirmed, cancelled, expired or refunded.
    status: Option<String>,
    /// From 1.
    page: Option<u32>,
    /// Rows a page, at most 100.
    #[serde(alias = "page_size")]
    per_page: Option<u32>,
    /// Rows, in the offset style.
    limit: Option<u32>,
    /// Rows to skip, in the offset style.
    offset: Option<u64>,
}

/// The caller's bookings, newest first.
#[utoipa::path(get, path = "/rush/api/v1/bookings", tag = "bookings", params(ListQuery),
    responses((status = 200, body = web::openapi::WrappedList<BookingData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn list(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Query(query): Query<ListQuery>,
) -> Result<Listed<BookingData>, Refused> {
    let page = if query.limit.is_some() || query.offset.is_some() {
        PageRequest::from_offset(query.limit, query.offset)
    } else {
        PageRequest::from_page(query.page, query.per_page)
    };
    let unknown = || Refusal::field("status", "must be reserved, confirmed, cancelled, expired or refunded");
    let status = query.status.map(|text| BookingStatus::parse(&text).ok_or_else(unknown)).transpose()?;
    let Paged { items, meta } = booking_view::list(&state.app, actor, status, page).await?;
    Ok(Listed(Paged {
        items: items.into_iter().map(|booking| booking_data(&state, booking)).collect(),
        meta,
    }))
}

/// How many.
#[derive(Debug, Deserialize, IntoParams)]
pub struct PendingQuery {
    /// At most 1,000; 100 when not given.
    limit: Option<usize>,
}

/// The caller's live holds with the seconds left.
#[utoipa::path(get, path = "/rush/api/v1/bookings/pending", tag = "bookings", params(PendingQuery),
    responses((status = 200, body = web::openapi::Wrapped<Vec<BookingData>>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn pending(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Query(query): Query<PendingQuery>,
) -> Result<Data<Vec<BookingData>>, Refused> {
    let live = booking_view::pending(&state.app, actor, query.limit.unwrap_or(100)).await?;
    Ok(Data(live.into_iter().map(|booking| booking_data(&state, booking)).collect()))
}

/// Of which event.
#[derive(Debug, Deserialize, IntoParams)]
pub struct SummaryQuery {
    /// The event.
    event_id: String,
}

/// The caller's tickets at an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct SummaryData {
    booked_count: i64,
    max_allowed: i64,
    remaining_slots: i64,
}

/// How many tickets the caller has and may still have.
#[utoipa::path(get, path = "/rush/api/v1/bookings/summary", tag = "bookings", params(SummaryQuery),
    responses((status = 200, body = web::openapi::Wrapped<SummaryData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn summary(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Query(query): Query<SummaryQuery>,
) -> Result<Data<SummaryData>, Refused> {
    let event: EventId = state.app.public.decode(&query.event_id).map_err(|_| Refusal::not_found("event"))?;
    let summary = booking_view::summary(&state.app, actor, event).await?;
    Ok(Data(SummaryData {
        booked_count: summary.booked,
        max_allowed: summary.max,
        remaining_slots: (summary.max - summary.booked).max(0),
    }))
}
