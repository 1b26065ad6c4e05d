//! Exchange bindings over HTTP: parse, call, map. Keys come in and never go out: an answer has a mask of them.

use super::answer::{Created, Data, Enveloped, MessageData};
use super::binding_body::{CreateBody, UpdateBody};
use super::binding_data::{BindingPageData, BindingRow, UsesData, WalletData};
use super::caller::{Member, Origin, Session};
use super::page::{self, PageData};
use super::path::Id;
use super::state::TirisState;
use crate::domain::ids::ExchangeBindingId;
use crate::domain::role;
use crate::usecase::binding_use::{KeyUse, Purpose};
use crate::usecase::{binding, binding_create, binding_update, binding_validate};
use axum::extract::State;
use kernel::{Meaning, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Query, Refused};

/// The routes of bindings.
pub fn routes() -> OpenApiRouter<TirisState> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(public))
        .routes(routes!(one, update, delete))
        .routes(routes!(validate))
        .routes(routes!(balance))
        .routes(routes!(uses))
}

/// Binds an account at an exchange; its keys are sealed and never shown again. A public one has none, and only an admin makes it.
/// 400; 403 `ACCESS_DENIED`; 409 `EXCHANGE_BINDING_EXISTS`, `API_KEY_EXISTS`, `API_SECRET_EXISTS`.
#[utoipa::path(post, path = "/tiris/v1/exchange-bindings", tag = "exchange bindings", request_body = CreateBody,
    responses((status = 201, body = Enveloped<BindingRow>), web::openapi::Refusals), security(("bearer" = [])))]
async fn create(
    State(state): State<TirisState>,
    Session(present): Session,
    Origin(from): Origin,
    Body(body): Body<CreateBody>,
) -> Result<Created<BindingRow>, Refused> {
    if body.is_public()? && !role::may_administer(present.actor.role) {
        return Err(Refusal::forbidden().into());
    }
    let made = binding_create::run(&state.app, present.actor.user, body.input()?, from).await?;
    Ok(Created(BindingRow::of(&state.app.public, &made)))
}

/// Which page: by rows to skip, or by its number.
#[derive(Debug, Deserialize, IntoParams)]
pub struct PageQuery {
    /// 1 to 1000.
    limit: Option<String>,
    /// Rows to skip.
    offset: Option<String>,
    /// From 1; an older way to say the offset.
    page: Option<String>,
}

impl PageQuery {
    fn window(&self) -> Result<(i64, i64), Refusal> {
        let (limit, offset) = page::window(self.limit.as_deref(), self.offset.as_deref())?;
        let Some(page) = self.page.as_deref() else { return Ok((limit, offset)) };
        let page = page.parse::<i64>().ok().filter(|page| (1..=100_000).contains(page));
        let page = page.ok_or_else(|| {
            Refusal::new(Meaning::Invalid, "INVALID_QUERY_PARAMS", "page must be from 1 to 100000")
        })?;
        Ok((limit, (page - 1) * limit))
    }
}

/// One's own bindings, newest first, without their keys.
#[utoipa::path(get, path = "/tiris/v1/exchange-bindings", tag = "exchange bindings", params(PageQuery),
    responses((status = 200, body = Enveloped<BindingPageData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn list(
    State(state): State<TirisState>,
    Member(actor): Member,
    Query(query): Query<PageQuery>,
) -> Result<Data<BindingPageData>, Refused> {
    let window = query.window()?;
    let found = binding::own(&state.app, actor.user, window).await?;
    let items: Vec<_> = found.rows.iter().map(|row| BindingRow::of(&state.app.public, row)).collect();
    let page = PageData::of(found.total, window, items.len());
    Ok(Data(BindingPageData { items, page }))
}

/// Which public ones.
#[derive(Debug, Deserialize, IntoParams)]
pub struct PublicQuery {
    /// Of this exchange.
    exchange: Option<String>,
}

/// The active public bindings.
#[utoipa::path(get, path = "/tiris/v1/exchange-bindings/public", tag = "exchange bindings", params(PublicQuery),
    responses((status = 200, body = Enveloped<Vec<BindingRow>>), web::openapi::Refusals), security(("bearer" = [])))]
async fn public(
    State(state): State<TirisState>,
    _: Member,
    Query(query): Query<PublicQuery>,
) -> Result<Data<Vec<BindingRow>>, Refused> {
    let found = binding::public(&state.app, query.exchange.filter(|name| !name.is_empty())).await?;
    Ok(Data(found.iter().map(|row| BindingRow::of(&state.app.public, row)).collect()))
}

/// One binding: one's own, or a public one. 404 `EXCHANGE_BINDING_NOT_FOUND`.
#[utoipa::path(get, path = "/tiris/v1/exchange-bindings/{id}", tag = "exchange bindings", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<BindingRow>), web::openapi::Refusals), security(("bearer" = [])))]
async fn one(
    State(state): State<TirisState>,
    member: Member,
    Id(id): Id<ExchangeBindingId>,
) -> Result<Data<BindingRow>, Refused> {
    let found = binding::one(&state.app, member.reader(), id).await?;
    Ok(Data(BindingRow::of(&state.app.public, &found)))
}

/// Changes a binding; keys are replaced all at once. 404; 403 for a public one; 409 as for a new one.
#[utoipa::path(put, path = "/tiris/v1/exchange-bindings/{id}", tag = "exchange bindings", params(("id" = String, Path)),
    request_body = UpdateBody,
    responses((status = 200, body = Enveloped<BindingRow>), web::openapi::Refusals), security(("bearer" = [])))]
async fn update(
    State(state): State<TirisState>,
    Session(present): Session,
    Origin(from): Origin,
    Id(id): Id<ExchangeBindingId>,
    Body(body): Body<UpdateBody>,
) -> Result<Data<BindingRow>, Refused> {
    let by = (present.actor, role::may_administer(present.actor.role));
    let changed = binding_update::run(&state.app, by, id, body.change()?, from).await?;
    Ok(Data(BindingRow::of(&state.app.public, &changed)))
}

/// Takes a binding away, its keys for good; its name is free again. 404; 403; 409 `EXCHANGE_BINDING_IN_USE`.
#[utoipa::path(delete, path = "/tiris/v1/exchange-bindings/{id}", tag = "exchange bindings",
    params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<MessageData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn delete(
    State(state): State<TirisState>,
    Session(present): Session,
    Origin(from): Origin,
    Id(id): Id<ExchangeBindingId>,
) -> Result<Data<MessageData>, Refused> {
    let by = (present.actor, role::may_administer(present.actor.role));
    binding_update::delete(&state.app, by, id, from).await?;
    Ok(Data(MessageData { message: "The exchange binding was deleted, and its keys with it." }))
}

/// What a key may do.
#[derive(Debug, Serialize, ToSchema)]
pub struct ValidatedData {
    /// Always true: what is not good is a refusal.
    valid: bool,
    can_read: bool,
    can_trade: bool,
    can_withdraw: bool,
    permissions: Vec<&'static str>,
    /// Always false: a key to warn of is refused.
    warning: bool,
    exchange_binding: BindingRow,
}

/// Asks the exchange what the key may do. 404; 422 `KEY_CAN_WITHDRAW` (after which it is switched off),
/// `EXCHANGE_NOT_SUPPORTED`; 502 `TRADING_ERROR`.
#[utoipa::path(post, path = "/tiris/v1/exchange-bindings/{id}/validate", tag = "exchange bindings",
    params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<ValidatedData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn validate(
    State(state): State<TirisState>,
    Session(present): Session,
    Origin(from): Origin,
    Id(id): Id<ExchangeBindingId>,
) -> Result<Data<ValidatedData>, Refused> {
    let done = binding_validate::run(&state.app, present.actor.user, id, from).await?;
    let capabilities = done.capabilities;
    Ok(Data(ValidatedData {
        valid: true,
        can_read: capabilities.can_read,
        can_trade: capabilities.can_trade,
        can_withdraw: capabilities.can_withdraw,
        permissions: capabilities.names(),
        warning: false,
        exchange_binding: BindingRow::of(&state.app.public, &done.binding),
    }))
}

/// What lies in the wallet at the exchange now. 404; 409 `EXCHANGE_BINDING_INACTIVE`; 422; 502 `TRADING_ERROR`.
#[utoipa::path(get, path = "/tiris/v1/exchange-bindings/{id}/balance", tag = "exchange bindings",
    params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<WalletData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn balance(
    State(state): State<TirisState>,
    Member(actor): Member,
    Origin(from): Origin,
    Id(id): Id<ExchangeBindingId>,
) -> Result<Data<WalletData>, Refused> {
    let wanted = KeyUse { user: actor.user, binding: id, purpose: Purpose::Balance, from };
    let wallet = binding_validate::wallet(&state.app, wanted).await?;
    Ok(Data(WalletData::of(&wallet)))
}

/// What was done with a binding and its keys, newest first: for its owner alone. 404.
#[utoipa::path(get, path = "/tiris/v1/exchange-bindings/{id}/uses", tag = "exchange bindings",
    params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<UsesData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn uses(
    State(state): State<TirisState>,
    Member(actor): Member,
    Id(id): Id<ExchangeBindingId>,
) -> Result<Data<UsesData>, Refused> {
    Ok(Data(UsesData::of(&binding::uses(&state.app, actor.user, id).await?)))
}
