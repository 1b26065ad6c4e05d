//! What a user has, over HTTP: parse, call, map.

use super::answer::{Data, Enveloped};
use super::caller::Member;
use super::state::TirisState;
use crate::domain::decimal::format;
use crate::usecase::stats;
use axum::extract::State;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Refused;

/// The routes of counts.
pub fn routes() -> OpenApiRouter<TirisState> {
    OpenApiRouter::new().routes(routes!(own))
}

/// Counts and sums.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatsData {
    total_tradings: usize,
    active_tradings: usize,
    total_subaccounts: usize,
    /// By asset: amounts of different assets have no sum.
    total_balance: BTreeMap<String, String>,
}

/// What the caller has.
#[utoipa::path(get, path = "/tiris/v1/users/me/stats", tag = "users",
    responses((status = 200, body = Enveloped<StatsData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn own(State(state): State<TirisState>, member: Member) -> Result<Data<StatsData>, Refused> {
    let stats = stats::own(&state.app, member.reader()).await?;
    let balances = stats.balances.iter().map(|(asset, sum)| (asset.as_str().to_owned(), format(*sum)));
    Ok(Data(StatsData {
        total_tradings: stats.tradings,
        active_tradings: stats.active,
        total_subaccounts: stats.sub_accounts,
        total_balance: balances.collect(),
    }))
}
