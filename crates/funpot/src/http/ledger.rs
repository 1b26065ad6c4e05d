//! The sealed ledger over HTTP, for anybody.

use super::answer::Data;
use super::state::PotState;
use crate::domain::ids::TransferId;
use crate::usecase::ledger_view;
use axum::extract::State;
use kernel::Refusal;
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Path, Query, Refused};

/// The routes of the ledger.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new().routes(routes!(head)).routes(routes!(verify)).routes(routes!(proof))
}

/// The newest sealed block; null before the first.
#[utoipa::path(get, path = "/funpot/api/ledger/head", tag = "ledger",
    responses((status = 200, description = "see docs/sealing.md", body = Value)))]
async fn head(State(state): State<PotState>) -> Result<Data<Value>, Refused> {
    Ok(Data(ledger_view::head(&state.app).await?))
}

/// Which blocks.
#[derive(Debug, Deserialize, IntoParams)]
struct VerifyQuery {
    /// The first height; 1 where nothing is said.
    from: Option<i64>,
    /// The last; the newest where nothing is said.
    to: Option<i64>,
}

/// Recomputes blocks from the transfers as they are now.
#[utoipa::path(get, path = "/funpot/api/ledger/verify", tag = "ledger", params(VerifyQuery),
    responses((status = 200, description = "ok, and what is wrong", body = Value), web::openapi::Refusals))]
async fn verify(
    State(state): State<PotState>,
    Query(query): Query<VerifyQuery>,
) -> Result<Data<Value>, Refused> {
    let (from, to) = (query.from.unwrap_or(1), query.to.unwrap_or(i64::MAX));
    if from < 1 || to < from {
        return Err(Refusal::field("from", "must be 1 or more and not above to").into());
    }
    Ok(Data(ledger_view::verify(&state.app, from, to).await?))
}

/// That a transfer is in a block; `fairground verify` recomputes it.
#[utoipa::path(get, path = "/funpot/api/ledger/proof/{id}", tag = "ledger", params(("id" = String, Path)),
    responses((status = 200, description = "see docs/sealing.md", body = Value), web::openapi::Refusals))]
async fn proof(State(state): State<PotState>, Path(id): Path<TransferId>) -> Result<Data<Value>, Refused> {
    Ok(Data(ledger_view::proof(&state.app, id).await?))
}
