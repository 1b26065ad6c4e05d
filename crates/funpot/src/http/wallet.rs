//! The caller's wallet and its history.

use super::access::switched_on;
use super::answer::Data;
use super::query::PageQuery;
use super::state::PotState;
use crate::domain::ids::TransferId;
use crate::domain::live_config::Flag;
use crate::usecase::wallet_view::{self, Entry};
use axum::extract::State;
use kernel::PublicIds;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Caller, Query, Refused};

/// The routes.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new().routes(routes!(wallet))
}

/// What somebody has, and how it came to be.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WalletData {
    /// Units that can be spent.
    balance: i64,
    /// Units that wait to leave.
    held: i64,
    /// Units that are owed; what comes pays them first.
    debt: i64,
    history: Vec<EntryData>,
    /// Where the next page begins; none after the last.
    next_cursor: Option<String>,
}

/// One movement.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EntryData {
    id: String,
    /// credit or debit.
    r#type: &'static str,
    /// Units, above 0.
    amount: i64,
    currency: &'static str,
    reason: &'static str,
    created_at: String,
}

pub(super) fn entry(public: &PublicIds, entry: &Entry) -> EntryData {
    EntryData {
        id: public.encode(TransferId(entry.id)),
        r#type: if entry.amount > 0 { "credit" } else { "debit" },
        amount: entry.amount.abs(),
        currency: "INT",
        reason: entry.reason,
        created_at: entry.at.rfc3339(),
    }
}

/// The wallet, with its movements, newest first.
#[utoipa::path(get, path = "/funpot/api/wallet", tag = "money", params(PageQuery),
    responses((status = 200, body = WalletData), web::openapi::Refusals), security(("bearer" = [])))]
async fn wallet(
    State(state): State<PotState>,
    Caller(actor): Caller,
    Query(query): Query<PageQuery>,
) -> Result<Data<WalletData>, Refused> {
    switched_on(&state, Flag::Wallet)?;
    let public = &state.app.public;
    let page = query.page::<TransferId>(public)?;
    let found = wallet_view::run(&state.app, actor.user, page.before, page.limit).await?;
    let next_cursor = page.next(public, &found.history, |entry| TransferId(entry.id));
    Ok(Data(WalletData {
        balance: found.balance,
        held: found.held,
        debt: found.debt,
        history: found.history.iter().map(|one| entry(public, one)).collect(),
        next_cursor,
    }))
}
