//! Reconciliation over HTTP: a wallet beside its slices, and the items that nothing explains: parse, call, map.

use super::answer::{Data, Enveloped};
use super::caller::{Member, Origin, Session};
use super::page::{self, PageData};
use super::path::Id;
use super::state::TirisState;
use crate::domain::decimal;
use crate::domain::ids::{ExchangeBindingId, ReconciliationId};
use crate::domain::reconcile::Cause;
use crate::domain::sub_account::symbol;
use crate::refusals::of_amount_field;
use crate::usecase::binding_reconcile::{self, Reconciled};
use crate::usecase::reconciliation::{self, Item};
use axum::extract::State;
use kernel::{PublicIds, Refusal, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Query, Refused};

/// Assets of one declaration at most.
const ASSETS_MAX: usize = 100;

/// The routes of reconciliation.
pub fn routes() -> OpenApiRouter<TirisState> {
    OpenApiRouter::new()
        .routes(routes!(reconcile))
        .routes(routes!(outside))
        .routes(routes!(list))
        .routes(routes!(apply))
        .routes(routes!(dismiss))
}

/// An amount that nothing explains.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemData {
    id: String,
    exchange_binding_id: Option<String>,
    sub_account_id: Option<String>,
    asset: String,
    /// Above 0 where the exchange has more than the ledger.
    amount: String,
    cause: String,
    explanation: &'static str,
    status: String,
    /// The smallest entry that would mend it.
    #[schema(value_type = Object)]
    proposal: Value,
    found_at: String,
    resolved_at: Option<String>,
    log_id: Option<String>,
}

/// As it is written.
fn item(public: &PublicIds, item: &Item) -> ItemData {
    ItemData {
        id: public.encode(item.id),
        exchange_binding_id: item.binding.map(|id| public.encode(id)),
        sub_account_id: item.sub_account.map(|id| public.encode(id)),
        asset: item.asset.clone(),
        amount: decimal::format(item.amount),
        cause: item.cause.clone(),
        explanation: Cause::parse(&item.cause).map_or("", Cause::explanation),
        status: item.status.clone(),
        proposal: serde_json::from_str(&item.proposal).unwrap_or_default(),
        found_at: item.found_at.rfc3339(),
        resolved_at: item.resolved_at.map(Timestamp::rfc3339),
        log_id: item.log.map(|id| public.encode(id)),
    }
}

/// A wallet beside its slices in one asset.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssetData {
    asset: String,
    wallet: String,
    allocated: String,
    outside: String,
    unexplained: String,
}

/// A wallet beside its slices.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReconciledData {
    assets: Vec<AssetData>,
    items: Vec<ItemData>,
}

fn reconciled(public: &PublicIds, found: &Reconciled) -> ReconciledData {
    let assets = found.assets.iter().map(|(asset, state)| AssetData {
        asset: asset.as_str().to_owned(),
        wallet: decimal::format(state.wallet),
        allocated: decimal::format(state.allocated()),
        outside: decimal::format(state.outside.unwrap_or(0)),
        unexplained: decimal::format(state.unexplained()),
    });
    ReconciledData {
        assets: assets.collect(),
        items: found.open.iter().map(|one| item(public, one)).collect(),
    }
}

/// Asks the exchange for the wallet and compares it with its slices: wallet = slices + outside + unexplained. Nothing is
/// overwritten. 404; 409; 422; 502 `TRADING_ERROR`.
#[utoipa::path(post, path = "/tiris/v1/exchange-bindings/{id}/reconcile", tag = "reconciliation",
    params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<ReconciledData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn reconcile(
    State(state): State<TirisState>,
    Member(actor): Member,
    Origin(from): Origin,
    Id(id): Id<ExchangeBindingId>,
) -> Result<Data<ReconciledData>, Refused> {
    let found = binding_reconcile::run(&state.app, actor.user, id, from).await?;
    Ok(Data(reconciled(&state.app.public, &found)))
}

/// What lies in the wallet and is nobody's slice.
#[derive(Debug, Deserialize, ToSchema)]
pub struct OutsideBody {
    /// Amounts by asset, say `{"USDT": "2000"}`; what is not named stays.
    #[schema(value_type = Object)]
    outside: BTreeMap<String, Box<RawValue>>,
}

/// Declares what lies outside of the slices. 400; 404.
#[utoipa::path(put, path = "/tiris/v1/exchange-bindings/{id}/outside", tag = "reconciliation",
    params(("id" = String, Path)), request_body = OutsideBody,
    responses((status = 200, body = Enveloped<ReconciledData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn outside(
    State(state): State<TirisState>,
    Session(present): Session,
    Origin(from): Origin,
    Id(id): Id<ExchangeBindingId>,
    Body(body): Body<OutsideBody>,
) -> Result<Data<ReconciledData>, Refused> {
    if body.outside.len() > ASSETS_MAX {
        return Err(Refusal::field("outside", "must have at most 100 assets").into());
    }
    let read = |(name, amount): (&String, &RawValue)| {
        let asset = symbol(name)
            .ok_or_else(|| Refusal::field("outside", "names of assets have 1 to 20 letters or digits"))?;
        let units = decimal::parse_json(amount.get()).map_err(|fault| of_amount_field("outside", fault))?;
        Ok::<_, Refusal>((asset, units))
    };
    let outside: Result<Vec<_>, Refusal> =
        body.outside.iter().map(|(name, amount)| read((name, amount))).collect();
    let found = binding_reconcile::declare(&state.app, present.actor.user, id, outside?, from).await?;
    Ok(Data(reconciled(&state.app.public, &found)))
}

/// Which items.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ListQuery {
    /// `open`, `resolved` or `dismissed`.
    status: Option<String>,
    /// 1 to 1000.
    limit: Option<String>,
    /// Rows to skip.
    offset: Option<String>,
}

/// A page of items.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemsData {
    items: Vec<ItemData>,
    #[serde(flatten)]
    page: PageData,
}

/// Amounts that nothing explains, newest first, each with its cause and the smallest entry that would mend it. 400.
#[utoipa::path(get, path = "/tiris/v1/reconciliation", tag = "reconciliation", params(ListQuery),
    responses((status = 200, body = Enveloped<ItemsData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn list(
    State(state): State<TirisState>,
    Member(actor): Member,
    Query(query): Query<ListQuery>,
) -> Result<Data<ItemsData>, Refused> {
    let window = page::window(query.limit.as_deref(), query.offset.as_deref())?;
    let status = query.status.filter(|status| !status.is_empty());
    if status.as_deref().is_some_and(|status| !["open", "resolved", "dismissed"].contains(&status)) {
        return Err(Refusal::field("status", "must be open, resolved or dismissed").into());
    }
    let found = reconciliation::list(&state.app, actor.user, status, window).await?;
    let items: Vec<_> = found.rows.iter().map(|one| item(&state.app.public, one)).collect();
    let page = PageData::of(found.total, window, items.len());
    Ok(Data(ItemsData { items, page }))
}

/// Makes the entry that an item proposes, once. 404; 409 `RECONCILIATION_ITEM_SETTLED`; 422.
#[utoipa::path(post, path = "/tiris/v1/reconciliation/{id}/apply", tag = "reconciliation", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<ItemData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn apply(
    State(state): State<TirisState>,
    Session(present): Session,
    Origin(from): Origin,
    Id(id): Id<ReconciliationId>,
) -> Result<Data<ItemData>, Refused> {
    let done = reconciliation::apply(&state.app, present.actor.user, id, from).await?;
    Ok(Data(item(&state.app.public, &done)))
}

/// Puts an item away as it is. 404; 409 `RECONCILIATION_ITEM_SETTLED`.
#[utoipa::path(post, path = "/tiris/v1/reconciliation/{id}/dismiss", tag = "reconciliation",
    params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<ItemData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn dismiss(
    State(state): State<TirisState>,
    Session(present): Session,
    Origin(from): Origin,
    Id(id): Id<ReconciliationId>,
) -> Result<Data<ItemData>, Refused> {
    let done = reconciliation::dismiss(&state.app, present.actor.user, id, from).await?;
    Ok(Data(item(&state.app.public, &done)))
}
