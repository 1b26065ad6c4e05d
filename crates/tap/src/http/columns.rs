//! Columns over HTTP: the evidence from which their bets were decided.

use super::answer::{Plain, ok};
use super::state::TapState;
use crate::domain::evidence::Evidence;
use crate::domain::money::column_id;
use crate::usecase::price_view;
use axum::extract::State;
use kernel::Refusal;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{PathText, Refused};

/// The routes of columns.
pub fn routes() -> OpenApiRouter<TapState> {
    OpenApiRouter::new().routes(routes!(evidence))
}

/// The evidence of a decided column of the present width, for ever.
#[utoipa::path(get, path = "/tap/api/columns/{c}/evidence", tag = "columns", params(("c" = i64, Path)),
    responses((status = 200, description = "see docs/proof.md", body = serde_json::Value), web::openapi::Refusals))]
async fn evidence(State(state): State<TapState>, PathText(c): PathText) -> Result<Plain<Evidence>, Refused> {
    let column = c.parse::<i64>().ok().filter(|column| (0..=1 << 40).contains(column));
    let column = column.ok_or_else(|| Refusal::field("c", "must be a column's number"))?;
    let width = state.app.settings.width_ms;
    let kept = price_view::evidence_of(&state.app, column_id(column * width, width)).await?;
    Ok(ok(kept))
}
