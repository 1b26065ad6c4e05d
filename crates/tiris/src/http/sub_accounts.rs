//! Sub-accounts over HTTP: parse, call, map.

use super::answer::{Created, Data, Enveloped, MessageData};
use super::caller::{AnyReader, Member};
use super::json_object::{self, StoredObject};
use super::path::{self, Id};
use super::state::TirisState;
use super::tradings::named;
use crate::domain::decimal::format;
use crate::domain::ids::{SubAccountId, TradingId};
use crate::domain::sub_account::symbol;
use crate::refusals;
use crate::usecase::sub_account::{self, Held};
use crate::usecase::sub_account_create::{self, SubAccountInput};
use crate::usecase::sub_account_update::{self, SubAccountChange};
use axum::extract::State;
use kernel::{AssetCode, Meaning, PublicIds, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, PathText, Query, Refused};

/// The routes of sub-accounts.
pub fn routes() -> OpenApiRouter<TirisState> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(of_symbol))
        .routes(routes!(one, update, delete))
}

/// A sub-account.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubAccountData {
    id: String,
    user_id: String,
    trading_id: String,
    name: String,
    symbol: String,
    /// Decimal string, locked money counted.
    balance: String,
    /// What of it is set aside.
    locked_balance: String,
    /// What may leave.
    available_balance: String,
    #[schema(value_type = Object)]
    info: StoredObject,
    created_at: String,
    updated_at: String,
}

/// Some sub-accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubAccountsData {
    sub_accounts: Vec<SubAccountData>,
    #[serde(skip_serializing_if = "Option::is_none")]
    symbol: Option<String>,
}

pub(super) fn data(public: &PublicIds, held: &Held) -> SubAccountData {
    let Held { account, holdings } = held;
    SubAccountData {
        id: public.encode(account.id),
        user_id: public.encode(account.user),
        trading_id: public.encode(account.trading),
        name: account.name.clone(),
        symbol: account.symbol.as_str().to_owned(),
        balance: format(holdings.balance()),
        locked_balance: format(holdings.locked),
        available_balance: format(holdings.free),
        info: StoredObject::of(&account.info),
        created_at: account.created_at.rfc3339(),
        updated_at: account.updated_at.rfc3339(),
    }
}

fn all(public: &PublicIds, rows: &[Held], symbol: Option<AssetCode>) -> SubAccountsData {
    let sub_accounts = rows.iter().map(|held| data(public, held)).collect();
    SubAccountsData { sub_accounts, symbol: symbol.map(|symbol| symbol.as_str().to_owned()) }
}

/// A sub-account that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CreateBody {
    trading_id: Option<String>,
    /// 1 to 100 characters, unique in the trading.
    name: Option<String>,
    /// 1 to 20 letters or digits.
    symbol: Option<String>,
    /// Not read unless it is more than 0: money comes by a deposit.
    #[schema(value_type = Option<String>)]
    balance: Option<Box<RawValue>>,
    /// Kept as it is sent.
    #[schema(value_type = Option<Object>)]
    info: Option<Box<RawValue>>,
}

fn missing(field: &str) -> Refusal {
    let mut refusal = Refusal::field(field, "is needed");
    refusal.code = "MISSING_FIELD";
    refusal
}

fn symbol_of(text: &str) -> Result<AssetCode, Refusal> {
    let text = symbol(text);
    text.ok_or_else(|| {
        Refusal::new(Meaning::Invalid, "INVALID_SYMBOL", "A symbol has 1 to 20 letters or digits.")
    })
}

/// A balance that says anything but nothing would have to come from somewhere.
fn no_balance(sent: Option<&RawValue>) -> Result<(), Refusal> {
    let Some(raw) = sent.filter(|raw| raw.get() != "null") else { return Ok(()) };
    match crate::domain::decimal::parse_json(raw.get()) {
        Ok(0) => Ok(()),
        Ok(_) | Err(_) => Err(refusals::use_deposit_or_withdraw()),
    }
}

/// Makes a sub-account, empty. 404 `TRADING_NOT_FOUND`; 409 `SUBACCOUNT_NAME_EXISTS`.
#[utoipa::path(post, path = "/tiris/v1/sub-accounts", tag = "sub-accounts", request_body = CreateBody,
    responses((status = 201, body = Enveloped<SubAccountData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn create(
    State(state): State<TirisState>,
    Member(actor): Member,
    Body(body): Body<CreateBody>,
) -> Result<Created<SubAccountData>, Refused> {
    let public = &state.app.public;
    let trading = body.trading_id.ok_or_else(|| missing("trading_id"))?;
    no_balance(body.balance.as_deref())?;
    let input = SubAccountInput {
        trading: path::read::<TradingId>(public, &trading)?,
        name: named(&body.name.ok_or_else(|| missing("name"))?)?,
        symbol: symbol_of(&body.symbol.ok_or_else(|| missing("symbol"))?)?,
        info: json_object::text("info", body.info.as_deref())?.unwrap_or_else(|| "{}".to_owned()),
    };
    Ok(Created(data(public, &sub_account_create::run(&state.app, actor.user, input).await?)))
}

/// Which sub-accounts.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ListQuery {
    /// Of this trading alone.
    trading_id: Option<String>,
}

/// The caller's sub-accounts, newest first; guests may read those of a public simulated trading.
#[utoipa::path(get, path = "/tiris/v1/sub-accounts", tag = "sub-accounts", params(ListQuery),
    responses((status = 200, body = Enveloped<SubAccountsData>), web::openapi::Refusals))]
async fn list(
    State(state): State<TirisState>,
    AnyReader(reader): AnyReader,
    Query(query): Query<ListQuery>,
) -> Result<Data<SubAccountsData>, Refused> {
    let public = &state.app.public;
    let trading = path::optional::<TradingId>(public, query.trading_id.as_deref())?;
    Ok(Data(all(public, &sub_account::list(&state.app, reader, trading).await?, None)))
}

/// The caller's sub-accounts that hold one asset. 400 `INVALID_SYMBOL`.
#[utoipa::path(get, path = "/tiris/v1/sub-accounts/symbol/{symbol}", tag = "sub-accounts",
    params(("symbol" = String, Path)),
    responses((status = 200, body = Enveloped<SubAccountsData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn of_symbol(
    State(state): State<TirisState>,
    member: Member,
    PathText(text): PathText,
) -> Result<Data<SubAccountsData>, Refused> {
    let symbol = symbol_of(&text)?;
    let rows = sub_account::of_symbol(&state.app, member.reader(), symbol).await?;
    Ok(Data(all(&state.app.public, &rows, Some(symbol))))
}

/// One sub-account. 404 `SUBACCOUNT_NOT_FOUND`.
#[utoipa::path(get, path = "/tiris/v1/sub-accounts/{id}", tag = "sub-accounts", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<SubAccountData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn one(
    State(state): State<TirisState>,
    member: Member,
    Id(id): Id<SubAccountId>,
) -> Result<Data<SubAccountData>, Refused> {
    Ok(Data(data(&state.app.public, &sub_account::one(&state.app, member.reader(), id).await?)))
}

/// What is to change.
#[derive(Debug, Deserialize, ToSchema)]
pub struct UpdateBody {
    /// 1 to 100 characters.
    name: Option<String>,
    /// Until the first transaction.
    symbol: Option<String>,
    /// Refused: a balance is the sum of its transactions.
    #[schema(value_type = Option<String>)]
    balance: Option<Box<RawValue>>,
    /// Takes the place of what was there.
    #[schema(value_type = Option<Object>)]
    info: Option<Box<RawValue>>,
}

/// Changes a sub-account. 400 `USE_DEPOSIT_OR_WITHDRAW`; 404; 409 `SUBACCOUNT_NAME_EXISTS`, `SYMBOL_IS_FROZEN`.
#[utoipa::path(put, path = "/tiris/v1/sub-accounts/{id}", tag = "sub-accounts", params(("id" = String, Path)),
    request_body = UpdateBody,
    responses((status = 200, body = Enveloped<SubAccountData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn update(
    State(state): State<TirisState>,
    Member(actor): Member,
    Id(id): Id<SubAccountId>,
    Body(body): Body<UpdateBody>,
) -> Result<Data<SubAccountData>, Refused> {
    if body.balance.is_some_and(|raw| raw.get() != "null") {
        return Err(refusals::use_deposit_or_withdraw().into());
    }
    let change = SubAccountChange {
        name: body.name.as_deref().map(named).transpose()?,
        symbol: body.symbol.as_deref().map(symbol_of).transpose()?,
        info: json_object::text("info", body.info.as_deref())?,
    };
    let held = sub_account_update::run(&state.app, actor.user, id, change).await?;
    Ok(Data(data(&state.app.public, &held)))
}

/// Deletes an empty sub-account. 404; 409 `SUBACCOUNT_HAS_BALANCE`.
#[utoipa::path(delete, path = "/tiris/v1/sub-accounts/{id}", tag = "sub-accounts", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<MessageData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn delete(
    State(state): State<TirisState>,
    Member(actor): Member,
    Id(id): Id<SubAccountId>,
) -> Result<Data<MessageData>, Refused> {
    sub_account_update::delete(&state.app, actor.user, id).await?;
    Ok(Data(MessageData { message: "The sub-account was deleted." }))
}
