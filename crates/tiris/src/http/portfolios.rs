//! Portfolios over HTTP: parse, call, map.

use super::answer::{Created, Data, Enveloped, MessageData};
use super::caller::Member;
use super::json_object::{self, StoredObject};
use super::path::{self, Id};
use super::state::TirisState;
use super::tradings::named;
use crate::domain::ids::{PortfolioId, TradingId};
use crate::domain::portfolio::Portfolio;
use crate::usecase::portfolio::{self, Added, PortfolioInput};
use axum::extract::State;
use kernel::{PublicIds, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Refused};

/// The routes of portfolios.
pub fn routes() -> OpenApiRouter<TirisState> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(one, update, delete))
        .routes(routes!(add))
        .routes(routes!(remove))
}

/// Tradings that are added at once at most.
const ADDED_MAX: usize = 100;

/// A portfolio.
#[derive(Debug, Serialize, ToSchema)]
pub struct PortfolioData {
    id: String,
    user_id: String,
    name: String,
    description: String,
    #[schema(value_type = Object)]
    info: StoredObject,
    trading_ids: Vec<String>,
    created_at: String,
    updated_at: String,
}

/// Some portfolios.
#[derive(Debug, Serialize, ToSchema)]
pub struct PortfoliosData {
    portfolios: Vec<PortfolioData>,
}

fn data(public: &PublicIds, portfolio: &Portfolio) -> PortfolioData {
    PortfolioData {
        id: public.encode(portfolio.id),
        user_id: public.encode(portfolio.user),
        name: portfolio.name.clone(),
        description: portfolio.description.clone(),
        info: StoredObject::of(&portfolio.info),
        trading_ids: portfolio.tradings.iter().map(|id| public.encode(*id)).collect(),
        created_at: portfolio.created_at.rfc3339(),
        updated_at: portfolio.updated_at.rfc3339(),
    }
}

/// What a portfolio is to be.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct PortfolioBody {
    /// 1 to 100 characters, unique among the caller's.
    name: Option<String>,
    description: Option<String>,
    /// Kept as it is sent.
    #[schema(value_type = Option<Object>)]
    info: Option<Box<RawValue>>,
    /// Its first tradings, when it is made.
    trading_ids: Vec<String>,
}

impl PortfolioBody {
    fn read(&self, public: &PublicIds) -> Result<PortfolioInput, Refusal> {
        if self.description.as_ref().is_some_and(|text| text.len() > 4_000) {
            return Err(Refusal::field("description", "must have at most 4000 bytes"));
        }
        Ok(PortfolioInput {
            name: self.name.as_deref().map(named).transpose()?,
            description: self.description.clone(),
            info: json_object::text("info", self.info.as_deref())?,
            tradings: ids(public, &self.trading_ids)?,
        })
    }
}

fn ids(public: &PublicIds, texts: &[String]) -> Result<Vec<TradingId>, Refusal> {
    if texts.len() > ADDED_MAX {
        return Err(Refusal::field("trading_ids", "must have at most 100 ids"));
    }
    texts.iter().map(|text| path::read::<TradingId>(public, text)).collect()
}

/// Makes a portfolio. 400; 409 `PORTFOLIO_NAME_EXISTS`.
#[utoipa::path(post, path = "/tiris/v1/portfolios", tag = "portfolios", request_body = PortfolioBody,
    responses((status = 201, body = Enveloped<PortfolioData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn create(
    State(state): State<TirisState>,
    Member(actor): Member,
    Body(body): Body<PortfolioBody>,
) -> Result<Created<PortfolioData>, Refused> {
    let public = &state.app.public;
    let mut input = body.read(public)?;
    input.name = Some(named(body.name.as_deref().unwrap_or_default())?);
    Ok(Created(data(public, &portfolio::create(&state.app, actor.user, input).await?)))
}

/// The caller's portfolios, newest first.
#[utoipa::path(get, path = "/tiris/v1/portfolios", tag = "portfolios",
    responses((status = 200, body = Enveloped<PortfoliosData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn list(
    State(state): State<TirisState>,
    Member(actor): Member,
) -> Result<Data<PortfoliosData>, Refused> {
    let rows = portfolio::list(&state.app, actor.user).await?;
    Ok(Data(PortfoliosData { portfolios: rows.iter().map(|row| data(&state.app.public, row)).collect() }))
}

/// One portfolio. 404 `PORTFOLIO_NOT_FOUND`.
#[utoipa::path(get, path = "/tiris/v1/portfolios/{id}", tag = "portfolios", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<PortfolioData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn one(
    State(state): State<TirisState>,
    Member(actor): Member,
    Id(id): Id<PortfolioId>,
) -> Result<Data<PortfolioData>, Refused> {
    Ok(Data(data(&state.app.public, &portfolio::one(&state.app, actor.user, id).await?)))
}

/// Changes a portfolio; what is not named stays. 404; 409 `PORTFOLIO_NAME_EXISTS`.
#[utoipa::path(patch, path = "/tiris/v1/portfolios/{id}", tag = "portfolios", params(("id" = String, Path)),
    request_body = PortfolioBody,
    responses((status = 200, body = Enveloped<PortfolioData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn update(
    State(state): State<TirisState>,
    Member(actor): Member,
    Id(id): Id<PortfolioId>,
    Body(body): Body<PortfolioBody>,
) -> Result<Data<PortfolioData>, Refused> {
    let input = body.read(&state.app.public)?;
    Ok(Data(data(&state.app.public, &portfolio::update(&state.app, actor.user, id, input).await?)))
}

/// Deletes a portfolio; its tradings stay. 404.
#[utoipa::path(delete, path = "/tiris/v1/portfolios/{id}", tag = "portfolios", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<MessageData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn delete(
    State(state): State<TirisState>,
    Member(actor): Member,
    Id(id): Id<PortfolioId>,
) -> Result<Data<MessageData>, Refused> {
    portfolio::delete(&state.app, actor.user, id).await?;
    Ok(Data(MessageData { message: "The portfolio was deleted." }))
}

/// Tradings that are to be added.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AddBody {
    /// At most 100.
    trading_ids: Vec<String>,
}

/// What adding came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddedData {
    /// Those that are in it now and were not.
    added: Vec<String>,
    /// Those that were in it, or are not the caller's.
    skipped: Vec<String>,
}

/// Adds tradings of the caller's. 400; 404.
#[utoipa::path(post, path = "/tiris/v1/portfolios/{id}/tradings", tag = "portfolios", params(("id" = String, Path)),
    request_body = AddBody,
    responses((status = 200, body = Enveloped<AddedData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn add(
    State(state): State<TirisState>,
    Member(actor): Member,
    Id(id): Id<PortfolioId>,
    Body(body): Body<AddBody>,
) -> Result<Data<AddedData>, Refused> {
    let public = &state.app.public;
    let tradings = ids(public, &body.trading_ids)?;
    let Added { added, skipped } = portfolio::add(&state.app, actor.user, id, tradings).await?;
    let texts = |ids: Vec<TradingId>| ids.into_iter().map(|id| public.encode(id)).collect();
    Ok(Data(AddedData { added: texts(added), skipped: texts(skipped) }))
}

/// Takes a trading out. 404.
#[utoipa::path(delete, path = "/tiris/v1/portfolios/{portfolio_id}/tradings/{id}", tag = "portfolios",
    params(("portfolio_id" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = Enveloped<MessageData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn remove(
    State(state): State<TirisState>,
    Member(actor): Member,
    path::Id2(id, trading): path::Id2<PortfolioId, TradingId>,
) -> Result<Data<MessageData>, Refused> {
    portfolio::remove(&state.app, actor.user, id, trading).await?;
    Ok(Data(MessageData { message: "The trading was taken out." }))
}
