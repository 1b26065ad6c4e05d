//! Money in and out of a sub-account over HTTP, and what lay in it: parse, call, map. Each movement is a log of its own.

use super::amount::positive;
use super::answer::{Data, Enveloped};
use super::caller::Member;
use super::idempotency::MaybeKey;
use super::json_object;
use super::log_data::{self, TransactionData};
use super::page;
use super::path::Id;
use super::state::TirisState;
use super::sub_accounts::{self, SubAccountData};
use crate::domain::decimal::format;
use crate::domain::ids::SubAccountId;
use crate::domain::log_type::BusinessType;
use crate::domain::transaction::Direction;
use crate::usecase::log_write::{self, MovementInput, RequestKey};
use crate::usecase::sub_account;
use crate::usecase::transaction_view::{self, Axis};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{BodyAndBytes, Query, Refused, replayed};

/// The routes of money.
pub fn routes() -> OpenApiRouter<TirisState> {
    OpenApiRouter::new()
        .routes(routes!(deposit))
        .routes(routes!(withdraw))
        .routes(routes!(change_balance, balance_at))
}

/// Characters of the longest reason.
const REASON_CHARS_MAX: usize = 255;

/// Money that comes or leaves.
#[derive(Debug, Deserialize, ToSchema)]
pub struct MoveBody {
    /// A number or a decimal string of more than 0, at most eight decimals.
    #[schema(value_type = String)]
    amount: Option<Box<RawValue>>,
    /// For people.
    note: Option<String>,
}

/// A sub-account, and the transaction that changed it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovedData {
    sub_account: SubAccountData,
    transaction: Option<TransactionData>,
}

/// Brings money in. 400; 404 `SUBACCOUNT_NOT_FOUND`.
#[utoipa::path(post, path = "/tiris/v1/sub-accounts/{id}/deposit", tag = "sub-accounts",
    params(("id" = String, Path)), request_body = MoveBody,
    responses((status = 200, body = Enveloped<MovedData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn deposit(
    State(state): State<TirisState>,
    member: Member,
    Id(id): Id<SubAccountId>,
    MaybeKey(key): MaybeKey,
    body: BodyAndBytes<MoveBody>,
) -> Result<Response, Refused> {
    let movement = noted(member, id, BusinessType::Deposit, &body.value)?;
    move_money(&state, member, movement, key.as_deref(), (b"deposit", &body.bytes)).await
}

/// Takes money out. 400; 404; 422 `INSUFFICIENT_BALANCE`.
#[utoipa::path(post, path = "/tiris/v1/sub-accounts/{id}/withdraw", tag = "sub-accounts",
    params(("id" = String, Path)), request_body = MoveBody,
    responses((status = 200, body = Enveloped<MovedData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn withdraw(
    State(state): State<TirisState>,
    member: Member,
    Id(id): Id<SubAccountId>,
    MaybeKey(key): MaybeKey,
    body: BodyAndBytes<MoveBody>,
) -> Result<Response, Refused> {
    let movement = noted(member, id, BusinessType::Withdraw, &body.value)?;
    move_money(&state, member, movement, key.as_deref(), (b"withdraw", &body.bytes)).await
}

/// A change of a balance.
#[derive(Debug, Deserialize, ToSchema)]
pub struct BalanceBody {
    /// A number or a decimal string of more than 0, at most eight decimals.
    #[schema(value_type = String)]
    amount: Option<Box<RawValue>>,
    /// `credit` or `debit`.
    direction: Option<String>,
    /// 1 to 255 characters.
    reason: Option<String>,
    /// Kept as it is sent.
    #[schema(value_type = Option<Object>)]
    info: Option<Box<RawValue>>,
}

/// Changes a balance by one transaction with a reason. 400; 404; 422 `INSUFFICIENT_BALANCE`.
#[utoipa::path(put, path = "/tiris/v1/sub-accounts/{id}/balance", tag = "sub-accounts",
    params(("id" = String, Path)), request_body = BalanceBody,
    responses((status = 200, body = Enveloped<SubAccountData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn change_balance(
    State(state): State<TirisState>,
    member: Member,
    Id(id): Id<SubAccountId>,
    MaybeKey(key): MaybeKey,
    BodyAndBytes { value, bytes }: BodyAndBytes<BalanceBody>,
) -> Result<Data<SubAccountData>, Refused> {
    let direction = Direction::parse(value.direction.as_deref().unwrap_or_default())
        .ok_or_else(|| Refusal::field("direction", "must be credit or debit"))?;
    let reason = value.reason.unwrap_or_default().trim().to_owned();
    if !(1..=REASON_CHARS_MAX).contains(&reason.chars().count()) {
        return Err(Refusal::field("reason", "must have 1 to 255 characters").into());
    }
    let kind = match direction {
        Direction::Credit => BusinessType::Deposit,
        Direction::Debit => BusinessType::Withdraw,
    };
    let movement = MovementInput {
        user: member.0.user,
        account: id,
        kind,
        amount: positive("amount", value.amount.as_deref())?,
        message: format!("Balance changed: {reason}"),
        reason: Some(reason),
        info: json_object::text("info", value.info.as_deref())?.unwrap_or_else(|| "{}".to_owned()),
        is_promise: true,
    };
    let body = keyed_body(b"balance", id, &bytes);
    let key = RequestKey { key: key.as_deref(), body: &body, place: 0 };
    log_write::movement(&state.app, movement, key).await?;
    let held = sub_account::one(&state.app, member.reader(), id).await?;
    Ok(Data(sub_accounts::data(&state.app.public, &held)))
}

fn noted(
    member: Member,
    account: SubAccountId,
    kind: BusinessType,
    body: &MoveBody,
) -> Result<MovementInput, Refusal> {
    let note = body.note.as_deref().unwrap_or_default().trim();
    if note.len() > 1_000 {
        return Err(Refusal::field("note", "must have at most 1000 bytes"));
    }
    let message = if note.is_empty() { kind.as_str() } else { note };
    Ok(MovementInput {
        user: member.0.user,
        account,
        kind,
        amount: positive("amount", body.amount.as_deref())?,
        reason: None,
        message: message.to_owned(),
        info: "{}".to_owned(),
        is_promise: true,
    })
}

/// What is asked, as the key knows it: the verb and the account belong to it.
fn keyed_body(verb: &[u8], account: SubAccountId, bytes: &[u8]) -> Vec<u8> {
    [verb, b" ", &account.0.to_be_bytes(), bytes].concat()
}

async fn move_money(
    state: &TirisState,
    member: Member,
    movement: MovementInput,
    key: Option<&str>,
    (verb, bytes): (&[u8], &[u8]),
) -> Result<Response, Refused> {
    let account = movement.account;
    let body = keyed_body(verb, account, bytes);
    let answer = log_write::movement(&state.app, movement, RequestKey { key, body: &body, place: 0 }).await?;
    let held = sub_account::one(&state.app, member.reader(), account).await?;
    let public = &state.app.public;
    let cause = log_data::log(public, &answer.written.log);
    let transaction = answer.written.transactions.first();
    let transaction = transaction.map(|one| log_data::transaction(public, one, Some(cause)));
    let moved = MovedData { sub_account: sub_accounts::data(public, &held), transaction };
    let response = Data(moved).into_response();
    Ok(if answer.replayed { replayed(response) } else { response })
}

/// Which moment.
#[derive(Debug, Deserialize, IntoParams)]
pub struct BalanceQuery {
    /// RFC 3339; now, where none is said.
    at: Option<String>,
    /// `event`: by when entries happened; `recorded`: by when they were written.
    axis: Option<String>,
}

/// What lay in a sub-account.
#[derive(Debug, Serialize, ToSchema)]
pub struct BalanceData {
    sub_account_id: String,
    symbol: String,
    at: String,
    axis: &'static str,
    balance: String,
}

/// What lay in a sub-account at a past moment, from its journal. 400 `INVALID_QUERY_PARAMS`; 404.
#[utoipa::path(get, path = "/tiris/v1/sub-accounts/{id}/balance", tag = "sub-accounts",
    params(("id" = String, Path), BalanceQuery),
    responses((status = 200, body = Enveloped<BalanceData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn balance_at(
    State(state): State<TirisState>,
    member: Member,
    Id(id): Id<SubAccountId>,
    Query(query): Query<BalanceQuery>,
) -> Result<Data<BalanceData>, Refused> {
    let at = page::moment("INVALID_QUERY_PARAMS", query.at.as_deref())?;
    let (axis, name) = match query.axis.as_deref() {
        None | Some("recorded" | "") => (Axis::Recorded, "recorded"),
        Some("event") => (Axis::Event, "event"),
        Some(_) => return Err(Refusal::field("axis", "must be event or recorded").into()),
    };
    let found = transaction_view::balance_at(&state.app, member.reader(), id, at, axis).await?;
    Ok(Data(BalanceData {
        sub_account_id: state.app.public.encode(id),
        symbol: found.symbol.as_str().to_owned(),
        at: found.at.rfc3339(),
        axis: name,
        balance: format(found.balance),
    }))
}
