//! Payments over HTTP: parse, call, map. Intents and saved cards are in `payment_intents.rs`.

use super::payment_data::{PaymentBody, PaymentData, PaymentMetadata, render};
use crate::domain::ids::{BookingId, PaymentId};
use crate::domain::payment_status::PaymentStatus;
use crate::http::state::RushState;
use crate::usecase::payment_charge::Keyed;
use crate::usecase::{payment_cancel, payment_create, payment_process, payment_view};
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{PageRequest, Paged, UserId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::idempotency::{self, Answered, Attempt};
use web::{Caller, Data, Listed, Path, Query, Refused};

/// The routes of payments.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(process))
        .routes(routes!(cancel))
        .routes(routes!(get))
        .routes(routes!(of_booking))
        .routes(routes!(of_user))
}

/// Whether to charge at once.
#[derive(Debug, Deserialize, IntoParams)]
pub struct CreateQuery {
    /// Charge at once; without it the payment is opened and waits for `process`.
    #[serde(default)]
    auto_process: bool,
}

/// Opens the payment of a held booking; with `auto_process` it is charged at once: 201 when it succeeded or was only
/// opened, 202 when it was declined or the gateway has not answered.
#[utoipa::path(post, path = "/rush/api/v1/payments", tag = "payments", request_body = PaymentBody,
    params(CreateQuery,
        ("Idempotency-Key" = String, Header, description = "one per attempt; repeating it repeats the answer")),
    responses((status = 201, body = web::openapi::Wrapped<PaymentData>),
        (status = 202, body = web::openapi::Wrapped<PaymentData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn create(
    State(state): State<RushState>,
    Query(query): Query<CreateQuery>,
    idempotency::Keyed { actor, value, attempt }: idempotency::Keyed<PaymentBody>,
) -> Result<Answered, Refused> {
    let app = &state.app;
    let (booking, request) = value.read(&app.public)?;
    let keyed = keyed(&state, attempt, |status| match status {
        PaymentStatus::Pending | PaymentStatus::Succeeded => StatusCode::CREATED,
        _ => StatusCode::ACCEPTED,
    });
    let answer = if query.auto_process {
        payment_create::run_and_charge(app, actor, booking, request, keyed).await?
    } else {
        payment_create::run(app, actor, booking, request, keyed).await?
    };
    Ok(Answered(answer))
}

/// What to charge, if not the card that the payment was opened with.
#[derive(Deserialize, ToSchema, Default)]
pub struct ProcessBody {
    /// The card.
    #[serde(default)]
    metadata: Option<PaymentMetadata>,
}

/// Charges a payment, the first time or again after a decline: 200 with its new state, 202 while the gateway is asked again.
#[utoipa::path(post, path = "/rush/api/v1/payments/{id}/process", tag = "payments",
    request_body = Option<ProcessBody>, params(("id" = String, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = web::openapi::Wrapped<PaymentData>),
        (status = 202, body = web::openapi::Wrapped<PaymentData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn process(
    State(state): State<RushState>,
    Path(id): Path<PaymentId>,
    idempotency::Keyed { actor, value, attempt }: idempotency::Keyed<Option<ProcessBody>>,
) -> Result<Answered, Refused> {
    let metadata = value.and_then(|body| body.metadata).unwrap_or_default();
    let keyed = keyed(&state, attempt, processed);
    Ok(Answered(payment_process::run(&state.app, actor, id, metadata.card()?, keyed).await?))
}

/// 202 while something is still to come.
pub(super) fn processed(status: PaymentStatus) -> StatusCode {
    match status {
        PaymentStatus::Processing | PaymentStatus::TimedOut | PaymentStatus::Retrying => StatusCode::ACCEPTED,
        _ => StatusCode::OK,
    }
}

/// Lets go of a payment that nothing was charged for, and of the seats.
#[utoipa::path(post, path = "/rush/api/v1/payments/{id}/cancel", tag = "payments",
    params(("id" = String, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = web::openapi::Wrapped<PaymentData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn cancel(
    State(state): State<RushState>,
    Path(id): Path<PaymentId>,
    idempotency::Keyed { actor, attempt, .. }: idempotency::Keyed<Option<serde_json::Value>>,
) -> Result<Answered, Refused> {
    let keyed = keyed(&state, attempt, |_| StatusCode::OK);
    Ok(Answered(payment_cancel::run(&state.app, actor, id, keyed).await?))
}

/// An attempt that is answered with the payment as it is afterwards.
pub(super) fn keyed(
    state: &RushState,
    attempt: Attempt,
    status_of: fn(PaymentStatus) -> StatusCode,
) -> Keyed {
    let app = &state.app;
    Keyed { attempt, render: render(&app.public, app.payments.gateway().name(), status_of) }
}

/// One payment, for its buyer and for the administrators of its tenant.
#[utoipa::path(get, path = "/rush/api/v1/payments/{id}", tag = "payments", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<PaymentData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn get(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<PaymentId>,
) -> Result<Data<PaymentData>, Refused> {
    let seen = payment_view::get(&state.app, actor, id).await?;
    Ok(Data(data(&state, &seen)))
}

/// The payment of a booking; every booking has one, from the moment it is made.
#[utoipa::path(get, path = "/rush/api/v1/payments/booking/{id}", tag = "payments", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<PaymentData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn of_booking(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<BookingId>,
) -> Result<Data<PaymentData>, Refused> {
    let seen = payment_view::of_booking(&state.app, actor, id).await?;
    Ok(Data(data(&state, &seen)))
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
pub struct PageQuery {
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

/// A user's payments, newest first: all for the user, those of the own tenant for its administrators.
#[utoipa::path(get, path = "/rush/api/v1/payments/user/{id}", tag = "payments",
    params(("id" = String, Path), PageQuery),
    responses((status = 200, body = web::openapi::WrappedList<PaymentData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn of_user(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<UserId>,
    Query(query): Query<PageQuery>,
) -> Result<Listed<PaymentData>, Refused> {
    let page = if query.limit.is_some() || query.offset.is_some() {
        PageRequest::from_offset(query.limit, query.offset)
    } else {
        PageRequest::from_page(query.page, query.per_page)
    };
    let Paged { items, meta } = payment_view::of_user(&state.app, actor, id, page).await?;
    Ok(Listed(Paged { items: items.iter().map(|seen| data(&state, seen)).collect(), meta }))
}

fn data(state: &RushState, seen: &payment_view::PaymentView) -> PaymentData {
    PaymentData::of(&state.app.public, state.app.payments.gateway().name(), seen)
}
