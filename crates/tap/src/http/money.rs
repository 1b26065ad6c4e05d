//! Balance and ledger over HTTP.

use super::answer::{Plain, ok};
use super::player::Player;
use super::query::PageQuery;
use super::state::TapState;
use crate::domain::ids::{BetId, EntryId};
use crate::usecase::money_view::{self, Entry};
use axum::extract::State;
use kernel::PublicIds;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Query, Refused};

/// The routes of money.
pub fn routes() -> OpenApiRouter<TapState> {
    OpenApiRouter::new().routes(routes!(balance)).routes(routes!(ledger))
}

/// What a player has, cents.
#[derive(Debug, Serialize, ToSchema)]
pub struct BalanceData {
    balance: i64,
    version: i64,
    open_stake: i64,
    held: i64,
}

/// The caller's balance.
#[utoipa::path(get, path = "/tap/api/balance", tag = "money",
    responses((status = 200, body = BalanceData), web::openapi::Refusals), security(("bearer" = [])))]
async fn balance(
    State(state): State<TapState>,
    Player(found): Player,
) -> Result<Plain<BalanceData>, Refused> {
    let has = money_view::balance(&state.app, found.session.user).await?;
    let money_view::Balance { balance, version, open_stake, held } = has;
    Ok(ok(BalanceData { balance, version, open_stake, held }))
}

/// One movement of the caller's money.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryData {
    id: String,
    amount: i64,
    balance_after: i64,
    ref_type: &'static str,
    ref_id: Option<String>,
    created_at: String,
}

/// A page of entries.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerData {
    entries: Vec<EntryData>,
    next_cursor: Option<String>,
}

/// The caller's entries, newest first.
#[utoipa::path(get, path = "/tap/api/ledger", tag = "money", params(PageQuery),
    responses((status = 200, body = LedgerData), web::openapi::Refusals), security(("bearer" = [])))]
async fn ledger(
    State(state): State<TapState>,
    Player(found): Player,
    Query(query): Query<PageQuery>,
) -> Result<Plain<LedgerData>, Refused> {
    let public = &state.app.public;
    let page = query.page::<EntryId>(public)?;
    let entries = money_view::entries(&state.app, found.session.user, page.before, page.limit).await?;
    let next_cursor = page.next(public, &entries, |entry| EntryId(entry.id));
    Ok(ok(LedgerData { entries: entries.iter().map(|entry| data(public, entry)).collect(), next_cursor }))
}

/// An entry as clients read it.
#[must_use]
pub fn data(public: &PublicIds, entry: &Entry) -> EntryData {
    EntryData {
        id: public.encode(EntryId(entry.id)),
        amount: entry.amount,
        balance_after: entry.balance_after,
        ref_type: entry.kind,
        ref_id: entry.bet.map(|bet| public.encode(BetId(bet))),
        created_at: entry.at.rfc3339(),
    }
}
