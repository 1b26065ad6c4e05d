//! Buying credit with Stars.

use super::access::{Admin, switched_on};
use super::answer::Data;
use super::state::PotState;
use crate::domain::ids::PaymentId;
use crate::domain::live_config::Flag;
use crate::domain::payment::Payment;
use crate::usecase::{payment_invoice, payment_refund, payment_view};
use axum::extract::State;
use axum::http::HeaderMap;
use kernel::{PublicIds, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Caller, IdempotencyKey, Path, Refused};

/// The routes.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(view)).routes(routes!(refund))
}

/// What is bought.
#[derive(Debug, Deserialize, ToSchema)]
struct InvoiceBody {
    /// Units of credit, a whole number of Stars.
    #[serde(rename = "amountINT")]
    amount: i64,
}

/// An invoice that can be paid.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct InvoiceData {
    invoice_id: String,
    /// What Telegram shows us again.
    tg_invoice_payload: String,
    /// Where it is paid.
    invoice_link: String,
}

/// An invoice and where it stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PaymentData {
    invoice_id: String,
    /// pending, paid, failed, expired or refunded.
    status: &'static str,
    #[serde(rename = "amountINT")]
    amount: i64,
    stars: i64,
    /// Units for one Star, as it was then.
    rate: i64,
    created_at: String,
    expires_at: String,
}

fn data(public: &PublicIds, payment: &Payment) -> PaymentData {
    PaymentData {
        invoice_id: public.encode(payment.id),
        status: payment.status.as_str(),
        amount: payment.amount,
        stars: payment.stars,
        rate: payment.rate,
        created_at: payment.created_at.rfc3339(),
        expires_at: payment.expires_at.rfc3339(),
    }
}

/// A key is optional here: without one the same amount finds the same open invoice.
fn key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let is_there = ["idempotency-key", "x-idempotency-key"].iter().any(|name| headers.contains_key(*name));
    is_there.then(|| IdempotencyKey::from_headers(headers).map(|key| key.0)).transpose()
}

/// Makes an invoice in Stars.
#[utoipa::path(post, path = "/funpot/api/payments/stars/createInvoice", tag = "money", request_body = InvoiceBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key finds the same invoice")),
    responses((status = 200, body = InvoiceData), web::openapi::Refusals), security(("bearer" = [])))]
async fn create(
    State(state): State<PotState>,
    Caller(actor): Caller,
    headers: HeaderMap,
    Body(body): Body<InvoiceBody>,
) -> Result<Data<InvoiceData>, Refused> {
    switched_on(&state, Flag::Payments)?;
    let payment = payment_invoice::run(&state.app, actor.user, body.amount, key(&headers)?).await?;
    Ok(Data(InvoiceData {
        invoice_id: state.app.public.encode(payment.id),
        tg_invoice_payload: payment.payload,
        invoice_link: payment.link.unwrap_or_default(),
    }))
}

/// Where an invoice of the caller stands; what a client was told of it proves nothing.
#[utoipa::path(get, path = "/funpot/api/payments/{invoiceId}", tag = "money", params(("invoiceId" = String, Path)),
    responses((status = 200, body = PaymentData), web::openapi::Refusals), security(("bearer" = [])))]
async fn view(
    State(state): State<PotState>,
    Caller(actor): Caller,
    Path(id): Path<PaymentId>,
) -> Result<Data<PaymentData>, Refused> {
    let payment = payment_view::run(&state.app, actor.user, id).await?;
    Ok(Data(data(&state.app.public, &payment)))
}

/// Gives a purchase back in Stars; what was spent of it becomes debt.
#[utoipa::path(post, path = "/funpot/api/admin/payments/{id}/refund", tag = "admin", params(("id" = String, Path)),
    responses((status = 200, body = PaymentData), web::openapi::Refusals), security(("bearer" = [])))]
async fn refund(
    State(state): State<PotState>,
    Admin(operating): Admin,
    Path(id): Path<PaymentId>,
) -> Result<Data<PaymentData>, Refused> {
    let payment = payment_refund::run(&state.app, operating.acting, id).await?;
    Ok(Data(data(&state.app.public, &payment)))
}
