//! Tradings over HTTP: parse, call, map.

use super::answer::{Created, Data, Enveloped, MessageData};
use super::caller::{Admin, AnyReader, Member};
use super::json_object::{self, StoredObject};
use super::page::{self, PageData};
use super::path::{self, Id};
use super::state::TirisState;
use crate::domain::ids::{ExchangeBindingId, TradingId};
use crate::domain::trading::{TradingStatus, TradingType, name};
use crate::usecase::reader::Reader;
use crate::usecase::trading::{self, BindingView, TradingView};
use crate::usecase::trading_create::{self, TradingInput};
use crate::usecase::trading_delete;
use crate::usecase::trading_update::{self, TradingChange};
use axum::extract::State;
use kernel::{PublicIds, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Query, Refused};

/// The routes of tradings.
pub fn routes() -> OpenApiRouter<TirisState> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(one, update, delete))
        .routes(routes!(admin_list))
        .routes(routes!(admin_one))
}

/// A binding as everybody may see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct BindingData {
    id: String,
    name: String,
    exchange: String,
    exchange_type: String,
    r#type: String,
    masked_api_key: Option<String>,
}

/// A trading.
#[derive(Debug, Serialize, ToSchema)]
pub struct TradingData {
    id: String,
    user_id: String,
    name: String,
    r#type: &'static str,
    exchange_binding_id: String,
    exchange_binding: Option<BindingData>,
    status: &'static str,
    #[schema(value_type = Object)]
    info: StoredObject,
    created_at: String,
    updated_at: String,
}

/// Some tradings.
#[derive(Debug, Serialize, ToSchema)]
pub struct TradingsData {
    tradings: Vec<TradingData>,
}

/// A page of tradings.
#[derive(Debug, Serialize, ToSchema)]
pub struct TradingPageData {
    tradings: Vec<TradingData>,
    #[serde(flatten)]
    page: PageData,
}

fn binding_data(public: &PublicIds, view: &BindingView) -> BindingData {
    BindingData {
        id: public.encode(view.id),
        name: view.name.clone(),
        exchange: view.exchange.clone(),
        exchange_type: view.exchange.clone(),
        r#type: view.kind.clone(),
        masked_api_key: view.mask.clone(),
    }
}

fn data(public: &PublicIds, view: &TradingView) -> TradingData {
    let TradingView { trading, binding } = view;
    TradingData {
        id: public.encode(trading.id),
        user_id: public.encode(trading.user),
        name: trading.name.clone(),
        r#type: trading.kind.as_str(),
        exchange_binding_id: public.encode(trading.binding),
        exchange_binding: binding.as_ref().map(|binding| binding_data(public, binding)),
        status: trading.status.as_str(),
        info: StoredObject::of(&trading.info),
        created_at: trading.created_at.rfc3339(),
        updated_at: trading.updated_at.rfc3339(),
    }
}

/// A trading that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CreateBody {
    /// 1 to 100 characters, unique among the caller's.
    name: Option<String>,
    /// `real`, `virtual`, `paper` or `backtest`.
    r#type: Option<String>,
    /// A public binding, or one of the caller's.
    exchange_binding_id: Option<String>,
    /// Kept as it is sent.
    #[schema(value_type = Option<Object>)]
    info: Option<Box<RawValue>>,
}

pub(super) fn missing(field: &str) -> Refusal {
    let mut refusal = Refusal::field(field, "is needed");
    refusal.code = "MISSING_FIELD";
    refusal
}

pub(super) fn named(text: &str) -> Result<String, Refusal> {
    name(text).ok_or_else(|| Refusal::field("name", "must have 1 to 100 characters"))
}

fn type_of(word: &str) -> Result<TradingType, Refusal> {
    let kind = TradingType::parse(word);
    kind.ok_or_else(|| Refusal::field("type", "must be real, virtual, paper or backtest"))
}

/// Makes a trading. 400; 404 `EXCHANGE_BINDING_NOT_FOUND`; 409 `TRADING_NAME_EXISTS`.
#[utoipa::path(post, path = "/tiris/v1/tradings", tag = "tradings", request_body = CreateBody,
    responses((status = 201, body = Enveloped<TradingData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn create(
    State(state): State<TirisState>,
    Member(actor): Member,
    Body(body): Body<CreateBody>,
) -> Result<Created<TradingData>, Refused> {
    let public = &state.app.public;
    let binding = body.exchange_binding_id.ok_or_else(|| missing("exchange_binding_id"))?;
    let input = TradingInput {
        name: named(&body.name.ok_or_else(|| missing("name"))?)?,
        kind: type_of(&body.r#type.ok_or_else(|| missing("type"))?)?,
        binding: path::read::<ExchangeBindingId>(public, &binding)?,
        info: json_object::text("info", body.info.as_deref())?.unwrap_or_else(|| "{}".to_owned()),
    };
    Ok(Created(data(public, &trading_create::run(&state.app, actor.user, input).await?)))
}

/// Which tradings.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ListQuery {
    /// `real`, `virtual`, `paper` or `backtest`; paper and virtual find each other.
    r#type: Option<String>,
}

/// The caller's tradings, newest first.
#[utoipa::path(get, path = "/tiris/v1/tradings", tag = "tradings", params(ListQuery),
    responses((status = 200, body = Enveloped<TradingsData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn list(
    State(state): State<TirisState>,
    member: Member,
    Query(query): Query<ListQuery>,
) -> Result<Data<TradingsData>, Refused> {
    let kind = query.r#type.as_deref().filter(|word| !word.is_empty()).map(type_of).transpose()?;
    let views = trading::own(&state.app, member.reader(), kind).await?;
    let tradings = views.iter().map(|view| data(&state.app.public, view)).collect();
    Ok(Data(TradingsData { tradings }))
}

/// One trading: the caller's, or a simulated one that its owner marked public. 404 `TRADING_NOT_FOUND`.
#[utoipa::path(get, path = "/tiris/v1/tradings/{id}", tag = "tradings", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<TradingData>), web::openapi::Refusals))]
async fn one(
    State(state): State<TirisState>,
    AnyReader(reader): AnyReader,
    Id(id): Id<TradingId>,
) -> Result<Data<TradingData>, Refused> {
    let view = trading::one(&state.app, reader, id).await?;
    Ok(Data(data(&state.app.public, &view)))
}

/// What is to change.
#[derive(Debug, Deserialize, ToSchema)]
pub struct UpdateBody {
    /// 1 to 100 characters.
    name: Option<String>,
    /// Its history survives the change.
    exchange_binding_id: Option<String>,
    /// `active`, `inactive` or `paused`.
    status: Option<String>,
    /// Takes the place of what was there.
    #[schema(value_type = Option<Object>)]
    info: Option<Box<RawValue>>,
}

/// Changes a trading. 404; 409 `TRADING_NAME_EXISTS`.
#[utoipa::path(put, path = "/tiris/v1/tradings/{id}", tag = "tradings", params(("id" = String, Path)),
    request_body = UpdateBody,
    responses((status = 200, body = Enveloped<TradingData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn update(
    State(state): State<TirisState>,
    Member(actor): Member,
    Id(id): Id<TradingId>,
    Body(body): Body<UpdateBody>,
) -> Result<Data<TradingData>, Refused> {
    let public = &state.app.public;
    let status = body.status.as_deref().map(|word| {
        let status = TradingStatus::parse(word);
        status.ok_or_else(|| Refusal::field("status", "must be active, inactive or paused"))
    });
    let change = TradingChange {
        name: body.name.as_deref().map(named).transpose()?,
        binding: path::optional::<ExchangeBindingId>(public, body.exchange_binding_id.as_deref())?,
        status: status.transpose()?,
        info: json_object::text("info", body.info.as_deref())?,
    };
    Ok(Data(data(public, &trading_update::run(&state.app, actor.user, id, change).await?)))
}

/// How a trading is deleted.
#[derive(Debug, Deserialize, IntoParams)]
pub struct DeleteQuery {
    /// `soft`: a real trading goes although it holds something.
    force: Option<String>,
}

/// Deletes a trading: a simulated one with everything of it, a real one softly. 404; 409 `TRADING_HAS_SUBACCOUNTS`.
#[utoipa::path(delete, path = "/tiris/v1/tradings/{id}", tag = "tradings", params(("id" = String, Path), DeleteQuery),
    responses((status = 200, body = Enveloped<MessageData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn delete(
    State(state): State<TirisState>,
    Member(actor): Member,
    Id(id): Id<TradingId>,
    Query(query): Query<DeleteQuery>,
) -> Result<Data<MessageData>, Refused> {
    let force_soft = query.force.as_deref() == Some("soft");
    trading_delete::run(&state.app, actor.user, id, force_soft).await?;
    Ok(Data(MessageData { message: "The trading was deleted." }))
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
pub struct PageQuery {
    /// 1 to 1000.
    limit: Option<String>,
    /// Rows to skip.
    offset: Option<String>,
}

/// Everybody's tradings, newest first.
#[utoipa::path(get, path = "/tiris/v1/admin/tradings", tag = "admin", params(PageQuery),
    responses((status = 200, body = Enveloped<TradingPageData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn admin_list(
    State(state): State<TirisState>,
    Admin(actor): Admin,
    Query(query): Query<PageQuery>,
) -> Result<Data<TradingPageData>, Refused> {
    let window = page::window(query.limit.as_deref(), query.offset.as_deref())?;
    let found = trading::everybodys(&state.app, Reader::of(actor), window).await?;
    let tradings: Vec<_> = found.rows.iter().map(|view| data(&state.app.public, view)).collect();
    let page = PageData::of(found.total, window, tradings.len());
    Ok(Data(TradingPageData { tradings, page }))
}

/// One trading of anybody's. 404 `TRADING_NOT_FOUND`.
#[utoipa::path(get, path = "/tiris/v1/admin/tradings/{id}", tag = "admin", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<TradingData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn admin_one(
    State(state): State<TirisState>,
    Admin(actor): Admin,
    Id(id): Id<TradingId>,
) -> Result<Data<TradingData>, Refused> {
    let view = trading::one(&state.app, Reader::of(actor), id).await?;
    Ok(Data(data(&state.app.public, &view)))
}
