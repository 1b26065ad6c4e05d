//! Refunds over HTTP: parse, call, map.

use super::refund_data::{RefundBody, RefundData, RefundQuoteData, note, render};
use super::shop::page_of;
use crate::domain::ids::{BookingId, EventId, RefundId};
use crate::domain::refund_list::RefundFilter;
use crate::domain::refund_status::RefundStatus;
use crate::http::state::RushState;
use crate::usecase::refund_decide::{self, RefundDecision};
use crate::usecase::{refund_quote, refund_request, refund_view};
use axum::extract::State;
use kernel::{Actor, Paged, Refusal};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::idempotency::{Answered, Keyed};
use web::{Body, Caller, Data, Listed, Path, Query, Refused};

/// The routes of refunds.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new()
        .routes(routes!(quote))
        .routes(routes!(request))
        .routes(routes!(of_booking))
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(approve))
        .routes(routes!(reject))
        .routes(routes!(retry))
}

/// What to quote.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct QuoteQuery {
    /// Tickets; all that are left without a number.
    quantity: Option<i64>,
}

/// What tickets of a paid booking give back now, by the policy of the purchase or a wider one.
#[utoipa::path(get, path = "/rush/api/v1/bookings/{id}/refund-quote", tag = "refunds",
    params(("id" = String, Path), QuoteQuery),
    responses((status = 200, body = web::openapi::Wrapped<RefundQuoteData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn quote(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<BookingId>,
    Query(query): Query<QuoteQuery>,
) -> Result<Data<RefundQuoteData>, Refused> {
    let quote = refund_quote::run(&state.app, actor, id, query.quantity).await?;
    Ok(Data(RefundQuoteData::of(&quote)))
}

/// Asks for a refund of the caller's own booking, whole or by tickets. Nothing moves before an administrator approves.
#[utoipa::path(post, path = "/rush/api/v1/bookings/{id}/refund", tag = "refunds",
    request_body = Option<RefundBody>, params(("id" = String, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 201, body = web::openapi::Wrapped<RefundData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn request(
    State(state): State<RushState>,
    Path(id): Path<BookingId>,
    Keyed { actor, value, attempt }: Keyed<Option<RefundBody>>,
) -> Result<Answered, Refused> {
    let request = value.unwrap_or_default().read()?;
    let keyed = (attempt, render(&state.app.public));
    Ok(Answered(refund_request::run(&state.app, actor, id, request, keyed).await?))
}

/// The refunds of a booking, oldest first.
#[utoipa::path(get, path = "/rush/api/v1/bookings/{id}/refunds", tag = "refunds", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<Vec<RefundData>>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn of_booking(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<BookingId>,
) -> Result<Data<Vec<RefundData>>, Refused> {
    let refunds = refund_view::of_booking(&state.app, actor, id).await?;
    Ok(Data(refunds.iter().map(|refund| RefundData::of(&state.app.public, refund)).collect()))
}

/// Which refunds, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RefundsQuery {
    /// requested, approved, rejected, processing, refunded or failed.
    status: Option<String>,
    /// Of this event.
    event_id: Option<String>,
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

/// The refunds of the tenant, newest first, for its administrators.
#[utoipa::path(get, path = "/rush/api/v1/refunds", tag = "refunds", operation_id = "list_refunds", params(RefundsQuery),
    responses((status = 200, body = web::openapi::WrappedList<RefundData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn list(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Query(query): Query<RefundsQuery>,
) -> Result<Listed<RefundData>, Refused> {
    let page = page_of(query.page, query.per_page, query.limit, query.offset);
    let filter = filter(&state, &query)?;
    let Paged { items, meta } = refund_view::list(&state.app, actor, filter, page).await?;
    let items = items.iter().map(|refund| RefundData::of(&state.app.public, refund)).collect();
    Ok(Listed(Paged { items, meta }))
}

fn filter(state: &RushState, query: &RefundsQuery) -> Result<RefundFilter, Refusal> {
    let unknown = || Refusal::field("status", "must be a state of refunds");
    let status =
        query.status.as_deref().map(|text| RefundStatus::parse(text).ok_or_else(unknown)).transpose()?;
    let event = |text: &str| {
        state
            .app
            .public
            .decode::<EventId>(text)
            .map_err(|_| Refusal::field("event_id", "is no id of an event"))
    };
    Ok(RefundFilter { status, event: query.event_id.as_deref().map(event).transpose()? })
}

/// One refund, for its buyer and for the administrators of its tenant.
#[utoipa::path(get, path = "/rush/api/v1/refunds/{id}", tag = "refunds", operation_id = "get_refund", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<RefundData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn get(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<RefundId>,
) -> Result<Data<RefundData>, Refused> {
    let refund = refund_view::get(&state.app, actor, id).await?;
    Ok(Data(RefundData::of(&state.app.public, &refund)))
}

/// What to tell the buyer.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct DecisionBody {
    /// At most 500 characters.
    #[serde(default)]
    note: Option<String>,
}

/// Approves a refund: its tickets are on sale again at once, and the gateway sends the money.
#[utoipa::path(post, path = "/rush/api/v1/refunds/{id}/approve", tag = "refunds",
    request_body = Option<DecisionBody>, params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<RefundData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn approve(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<RefundId>,
    Body(body): Body<Option<DecisionBody>>,
) -> Result<Data<RefundData>, Refused> {
    decide(&state, actor, id, (RefundDecision::Approve, body)).await
}

/// Rejects a refund; nothing moves.
#[utoipa::path(post, path = "/rush/api/v1/refunds/{id}/reject", tag = "refunds",
    request_body = Option<DecisionBody>, params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<RefundData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn reject(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<RefundId>,
    Body(body): Body<Option<DecisionBody>>,
) -> Result<Data<RefundData>, Refused> {
    decide(&state, actor, id, (RefundDecision::Reject, body)).await
}

/// Has the gateway asked again for the money of a refund that failed.
#[utoipa::path(post, path = "/rush/api/v1/refunds/{id}/retry", tag = "refunds",
    request_body = Option<DecisionBody>, params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<RefundData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn retry(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<RefundId>,
    Body(body): Body<Option<DecisionBody>>,
) -> Result<Data<RefundData>, Refused> {
    decide(&state, actor, id, (RefundDecision::Retry, body)).await
}

async fn decide(
    state: &RushState,
    actor: Actor,
    id: RefundId,
    (decision, body): (RefundDecision, Option<DecisionBody>),
) -> Result<Data<RefundData>, Refused> {
    let note = note("note", body.unwrap_or_default().note)?;
    let refund = refund_decide::run(&state.app, actor, id, decision, note).await?;
    Ok(Data(RefundData::of(&state.app.public, &refund)))
}
