//! Withdrawals over HTTP: a player asks, an operator decides.

use super::answer::{Plain, ok};
use super::player::Player;
use super::query::PageQuery;
use super::state::TapState;
use crate::domain::ids::WithdrawalId;
use crate::domain::withdrawal::{PaymentRefusal, Resolution, Withdrawal};
use crate::refusals;
use crate::usecase::withdrawal_decide::{self, DecisionRequest};
use crate::usecase::{withdrawal_request, withdrawal_view};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use identity::proofs::wallet::{checksummed, parse_address};
use kernel::{PublicIds, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::text::recorded;
use web::{Body, IdempotencyKey, Operator, Path, Query, Refused, replayed};

/// Withdrawals of an operator's answer.
const PENDING: i64 = 100;

/// The routes of players.
pub fn routes() -> OpenApiRouter<TapState> {
    OpenApiRouter::new().routes(routes!(request, list))
}

/// The routes of operators.
pub fn operator_routes() -> axum::Router<TapState> {
    axum::Router::new()
        .route("/tap/admin/withdrawals", get(pending))
        .route("/tap/admin/withdrawals/{id}/approve", post(approve))
        .route("/tap/admin/withdrawals/{id}/reject", post(reject))
}

/// What is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalBody {
    /// Cents.
    amount: i64,
    /// The wallet that signed in; money goes nowhere else.
    address: String,
}

/// A withdrawal.
#[derive(Debug, Serialize, ToSchema)]
pub struct WithdrawalData {
    withdrawal_id: String,
    amount: i64,
    address: String,
    /// pending: held, nobody has decided; approved: it left; rejected: it is the player's again.
    status: &'static str,
    requested_at: String,
    decided_at: Option<String>,
    /// The operator's words.
    reason: Option<String>,
}

/// Asks for money to be sent to the caller's wallet. It is held at once; an operator decides.
#[utoipa::path(post, path = "/tap/api/withdrawals", tag = "money", request_body = WithdrawalBody,
    params(("Idempotency-Key" = String, Header, description = "one per withdrawal, good for ever; repeating it finds the same one")),
    responses((status = 201, body = WithdrawalData), web::openapi::Refusals), security(("bearer" = [])))]
async fn request(
    State(state): State<TapState>,
    Player(found): Player,
    IdempotencyKey(key): IdempotencyKey,
    Body(body): Body<WithdrawalBody>,
) -> Result<Response, Refused> {
    let address = parse_address(&body.address);
    let address = address.map_err(|_| refusals::of_payment(PaymentRefusal::AddressIsNotTheWallet))?;
    let (withdrawal, is_new) =
        withdrawal_request::run(&state.app, &found.session, key, (body.amount, address)).await?;
    let answer = Plain(StatusCode::CREATED, data(&state.app.public, &withdrawal)).into_response();
    Ok(if is_new { answer } else { replayed(answer) })
}

/// A page of withdrawals.
#[derive(Debug, Serialize, ToSchema)]
pub struct WithdrawalsData {
    withdrawals: Vec<WithdrawalData>,
    next_cursor: Option<String>,
}

/// The caller's withdrawals, newest first.
#[utoipa::path(get, path = "/tap/api/withdrawals", tag = "money", params(PageQuery),
    responses((status = 200, body = WithdrawalsData), web::openapi::Refusals), security(("bearer" = [])))]
async fn list(
    State(state): State<TapState>,
    Player(found): Player,
    Query(query): Query<PageQuery>,
) -> Result<Plain<WithdrawalsData>, Refused> {
    let public = &state.app.public;
    let page = query.page::<WithdrawalId>(public)?;
    let rows = withdrawal_view::of_user(&state.app, found.session.user, page.before, page.limit).await?;
    let next_cursor = page.next(public, &rows, |row| row.id);
    Ok(ok(WithdrawalsData { withdrawals: rows.iter().map(|row| data(public, row)).collect(), next_cursor }))
}

fn data(public: &PublicIds, withdrawal: &Withdrawal) -> WithdrawalData {
    let decision = withdrawal.decision.as_ref();
    WithdrawalData {
        withdrawal_id: public.encode(withdrawal.id),
        amount: withdrawal.amount,
        address: checksummed(withdrawal.address),
        status: withdrawal.state.as_str(),
        requested_at: withdrawal.requested_at.rfc3339(),
        decided_at: decision.map(|decision| decision.at.rfc3339()),
        reason: decision.map(|decision| decision.reason.clone()),
    }
}

/// Those that wait for a decision, oldest first.
async fn pending(State(state): State<TapState>, _: Operator) -> Result<Plain<Value>, Refused> {
    let rows = withdrawal_view::pending(&state.app, PENDING).await?;
    let rows: Vec<_> = rows.iter().map(|row| withdrawal_json(&state.app.public, row)).collect();
    Ok(ok(json!({ "withdrawals": rows })))
}

/// As operators read it: whose it is, and who decided.
fn withdrawal_json(public: &PublicIds, withdrawal: &Withdrawal) -> Value {
    let operator = withdrawal.decision.as_ref().map(|decision| &decision.operator);
    json!({ "withdrawal": data(public, withdrawal), "user": public.encode(withdrawal.user), "operator": operator })
}

/// Who decides, and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DecisionBody {
    operator: String,
    /// The player reads it.
    reason: String,
}

async fn approve(
    State(state): State<TapState>,
    operator: Operator,
    Path(id): Path<WithdrawalId>,
    Body(body): Body<DecisionBody>,
) -> Result<Plain<Value>, Refused> {
    Ok(decide(&state, operator, (id, Resolution::Approve), &body).await?)
}

async fn reject(
    State(state): State<TapState>,
    operator: Operator,
    Path(id): Path<WithdrawalId>,
    Body(body): Body<DecisionBody>,
) -> Result<Plain<Value>, Refused> {
    Ok(decide(&state, operator, (id, Resolution::Reject), &body).await?)
}

async fn decide(
    state: &TapState,
    _: Operator,
    (id, resolution): (WithdrawalId, Resolution),
    body: &DecisionBody,
) -> Result<Plain<Value>, Refusal> {
    let (operator, reason) = (recorded("operator", &body.operator)?, recorded("reason", &body.reason)?);
    let request = DecisionRequest { id, resolution, operator, reason };
    let decided = withdrawal_decide::run(&state.app, request).await?;
    Ok(ok(withdrawal_json(&state.app.public, &decided)))
}
