//! Asking for money, and operators' decisions on it.

use super::access::{Admin, switched_on};
use super::answer::Data;
use super::query::PageQuery;
use super::state::PotState;
use crate::domain::ids::WithdrawalId;
use crate::domain::live_config::Flag;
use crate::domain::withdrawal::{Decision, Rail, Withdrawal, WithdrawalStatus};
use crate::usecase::withdrawal_decide::{self, DecisionRequest};
use crate::usecase::withdrawal_request::{self, WithdrawalRequest};
use crate::usecase::withdrawal_view;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::{PublicIds, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::text::recorded;
use web::{Body, Caller, IdempotencyKey, Path, Query, Refused, replayed};

/// The routes.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new()
        .routes(routes!(request))
        .routes(routes!(list))
        .routes(routes!(waiting))
        .routes(routes!(approve))
        .routes(routes!(reject))
        .routes(routes!(complete))
}

/// What is asked for.
#[derive(Debug, Deserialize, ToSchema)]
struct WithdrawalBody {
    /// Units.
    #[serde(rename = "amountINT")]
    amount: i64,
}

/// A request for money.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WithdrawalData {
    withdrawal_id: String,
    #[serde(rename = "amountINT")]
    amount: i64,
    /// pending: held; processing: approved; done: it arrived; rejected: it is the user's again.
    status: &'static str,
    /// manual or `stars_refund`, once that is decided.
    rail: Option<&'static str>,
    reason: Option<String>,
    external_ref: Option<String>,
    created_at: String,
    updated_at: String,
    /// For operators.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    /// For operators.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
}

pub(super) fn data(public: &PublicIds, row: &Withdrawal) -> WithdrawalData {
    WithdrawalData {
        withdrawal_id: public.encode(row.id),
        amount: row.amount,
        status: row.status.as_str(),
        rail: row.rail.map(Rail::as_str),
        reason: row.reason.clone(),
        external_ref: row.external_ref.clone(),
        created_at: row.created_at.rfc3339(),
        updated_at: row.updated_at.rfc3339(),
        user_id: None,
        decided_by: None,
    }
}

fn for_operators(public: &PublicIds, row: &Withdrawal) -> WithdrawalData {
    let (user_id, decided_by) = (Some(public.encode(row.user)), row.decided_by.clone());
    WithdrawalData { user_id, decided_by, ..data(public, row) }
}

/// A page of requests.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WithdrawalsData {
    withdrawals: Vec<WithdrawalData>,
    next_cursor: Option<String>,
}

/// Asks for money; it is held at once.
#[utoipa::path(post, path = "/funpot/api/wallet/withdraw", tag = "money", request_body = WithdrawalBody,
    params(("Idempotency-Key" = String, Header, description = "one per request, good for ever")),
    responses((status = 200, body = WithdrawalData), web::openapi::Refusals), security(("bearer" = [])))]
async fn request(
    State(state): State<PotState>,
    Caller(actor): Caller,
    IdempotencyKey(key): IdempotencyKey,
    Body(body): Body<WithdrawalBody>,
) -> Result<Response, Refused> {
    switched_on(&state, Flag::Withdrawals)?;
    if body.amount < 1 {
        return Err(Refusal::field("amountINT", "must be at least 1").into());
    }
    let request = WithdrawalRequest { user: actor.user, amount: body.amount, key };
    let (row, is_new) = withdrawal_request::run(&state.app, request).await?;
    let answer = Data(data(&state.app.public, &row)).into_response();
    Ok(if is_new { answer } else { replayed(answer) })
}

/// The caller's requests, newest first.
#[utoipa::path(get, path = "/funpot/api/wallet/withdrawals", tag = "money", params(PageQuery),
    responses((status = 200, body = WithdrawalsData), web::openapi::Refusals), security(("bearer" = [])))]
async fn list(
    State(state): State<PotState>,
    Caller(actor): Caller,
    Query(query): Query<PageQuery>,
) -> Result<Data<WithdrawalsData>, Refused> {
    let public = &state.app.public;
    let page = query.page::<WithdrawalId>(public)?;
    let rows = withdrawal_view::of_user(&state.app, actor.user, page.before, page.limit).await?;
    let next_cursor = page.next(public, &rows, |row| row.id);
    let withdrawals = rows.iter().map(|row| data(public, row)).collect();
    Ok(Data(WithdrawalsData { withdrawals, next_cursor }))
}

/// Which requests.
#[derive(Debug, Deserialize, IntoParams)]
struct StatusQuery {
    /// pending unless it says otherwise.
    status: Option<String>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// Requests of one status, newest first.
#[utoipa::path(get, path = "/funpot/api/admin/withdrawals", tag = "admin", params(StatusQuery),
    responses((status = 200, body = WithdrawalsData), web::openapi::Refusals), security(("bearer" = [])))]
async fn waiting(
    State(state): State<PotState>,
    _: Admin,
    Query(query): Query<StatusQuery>,
) -> Result<Data<WithdrawalsData>, Refused> {
    let status = query.status.as_deref().map_or(Some(WithdrawalStatus::Pending), WithdrawalStatus::parse);
    let status =
        status.ok_or_else(|| Refusal::field("status", "must be pending, processing, done or rejected"))?;
    let public = &state.app.public;
    let page = PageQuery { cursor: query.cursor, limit: query.limit }.page::<WithdrawalId>(public)?;
    let rows = withdrawal_view::of_status(&state.app, status, page.before, page.limit).await?;
    let next_cursor = page.next(public, &rows, |row| row.id);
    let withdrawals = rows.iter().map(|row| for_operators(public, row)).collect();
    Ok(Data(WithdrawalsData { withdrawals, next_cursor }))
}

/// How a request shall leave.
#[derive(Debug, Default, Deserialize, ToSchema)]
struct ApprovalBody {
    /// manual, or `stars_refund`: the user's own purchases go back.
    rail: Option<String>,
}

/// Why a request shall not leave.
#[derive(Debug, Deserialize, ToSchema)]
struct RejectionBody {
    /// The user reads it.
    reason: String,
}

/// How a request left.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CompletionBody {
    /// What the payer calls it.
    external_ref: String,
}

/// Approves a request.
#[utoipa::path(post, path = "/funpot/api/admin/withdrawals/{id}/approve", tag = "admin", params(("id" = String, Path)),
    request_body = ApprovalBody,
    responses((status = 200, body = WithdrawalData), web::openapi::Refusals), security(("bearer" = [])))]
async fn approve(
    State(state): State<PotState>,
    operator: Admin,
    Path(id): Path<WithdrawalId>,
    Body(body): Body<Option<ApprovalBody>>,
) -> Result<Data<WithdrawalData>, Refused> {
    let rail = body.and_then(|body| body.rail);
    let rail = rail.as_deref().map_or(Some(Rail::Manual), Rail::parse);
    let rail = rail.ok_or_else(|| Refusal::field("rail", "must be manual or stars_refund"))?;
    decide(&state, operator, DecisionRequest { id, decision: Decision::Approve, rail, text: None }).await
}

/// Rejects a request; the money is the user's again.
#[utoipa::path(post, path = "/funpot/api/admin/withdrawals/{id}/reject", tag = "admin", params(("id" = String, Path)),
    request_body = RejectionBody,
    responses((status = 200, body = WithdrawalData), web::openapi::Refusals), security(("bearer" = [])))]
async fn reject(
    State(state): State<PotState>,
    operator: Admin,
    Path(id): Path<WithdrawalId>,
    Body(body): Body<RejectionBody>,
) -> Result<Data<WithdrawalData>, Refused> {
    let text = Some(recorded("reason", &body.reason)?);
    let request = DecisionRequest { id, decision: Decision::Reject, rail: Rail::Manual, text };
    decide(&state, operator, request).await
}

/// A request was paid by hand.
#[utoipa::path(post, path = "/funpot/api/admin/withdrawals/{id}/complete", tag = "admin", params(("id" = String, Path)),
    request_body = CompletionBody,
    responses((status = 200, body = WithdrawalData), web::openapi::Refusals), security(("bearer" = [])))]
async fn complete(
    State(state): State<PotState>,
    operator: Admin,
    Path(id): Path<WithdrawalId>,
    Body(body): Body<CompletionBody>,
) -> Result<Data<WithdrawalData>, Refused> {
    let text = Some(recorded("externalRef", &body.external_ref)?);
    let request = DecisionRequest { id, decision: Decision::Complete, rail: Rail::Manual, text };
    decide(&state, operator, request).await
}

async fn decide(
    state: &PotState,
    Admin(operating): Admin,
    request: DecisionRequest,
) -> Result<Data<WithdrawalData>, Refused> {
    let row = withdrawal_decide::run(&state.app, operating.acting, request).await?;
    Ok(Data(for_operators(&state.app.public, &row)))
}
