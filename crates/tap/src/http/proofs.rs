//! Proofs over HTTP: public, so that anybody can be shown one.

use super::state::TapState;
use crate::domain::ids::BetId;
use crate::usecase::proof_view;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Path, Refused, json_response};

/// The routes of proofs.
pub fn routes() -> OpenApiRouter<TapState> {
    OpenApiRouter::new().routes(routes!(proof))
}

/// The sealed proof of a decided bet; `fairground verify` and the page check it without us.
#[utoipa::path(get, path = "/tap/api/bets/{id}/proof", tag = "bets", params(("id" = String, Path)),
    responses((status = 200, description = "see docs/proof.md", body = serde_json::Value), web::openapi::Refusals))]
async fn proof(State(state): State<TapState>, Path(id): Path<BetId>) -> Result<Response, Refused> {
    let text = proof_view::run(&state.app, id).await?;
    Ok(json_response(StatusCode::OK, text))
}
