//! Acts that two superadmins do together.

use super::access::Superadmin;
use super::answer::{Accepted, Data};
use super::query::id;
use super::state::PotState;
use crate::domain::ids::EventId;
use crate::usecase::event_resettle::{self, Correction};
use crate::usecase::ledger_adjust::{self, Adjustment};
use crate::usecase::two_persons::Consent;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::UserId;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Path, Refused};

/// The routes.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new().routes(routes!(resettle)).routes(routes!(adjust))
}

/// What the verdict should have been.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ResettleBody {
    /// The option that won; null: the event is void.
    option_id: Option<String>,
    /// Why, for the record.
    reason: String,
}

/// Takes back what an event paid and settles it anew. The first superadmin is answered 202; the second repeats the same call.
#[utoipa::path(post, path = "/funpot/api/admin/events/{id}/resettle", tag = "admin", params(("id" = String, Path)),
    request_body = ResettleBody,
    responses((status = 200, description = "it has begun", body = serde_json::Value),
        (status = 202, description = "a second superadmin must say the same", body = serde_json::Value), web::openapi::Refusals),
    security(("bearer" = [])))]
async fn resettle(
    State(state): State<PotState>,
    Superadmin(operating): Superadmin,
    Path(event): Path<EventId>,
    Body(body): Body<ResettleBody>,
) -> Result<Response, Refused> {
    let reason = web::text::recorded("reason", &body.reason)?;
    let correction = Correction { event, option: body.option_id, reason, by: operating.user.id };
    Ok(match event_resettle::run(&state.app, operating.acting, correction).await? {
        Consent::AwaitsApproval => Accepted(json!({ "status": "awaiting_approval" })).into_response(),
        Consent::Given(_) => Data(json!({ "status": "resettling" })).into_response(),
    })
}

/// What is to be moved.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdjustBody {
    user_id: String,
    /// Units; below zero: taken.
    #[serde(rename = "amountINT")]
    amount: i64,
    /// Why, for the record.
    reason: String,
}

/// Corrects a balance. The first superadmin is answered 202; the second repeats the same call.
#[utoipa::path(post, path = "/funpot/api/admin/ledger/adjust", tag = "admin", request_body = AdjustBody,
    responses((status = 200, description = "it was moved", body = serde_json::Value),
        (status = 202, description = "a second superadmin must say the same", body = serde_json::Value), web::openapi::Refusals),
    security(("bearer" = [])))]
async fn adjust(
    State(state): State<PotState>,
    Superadmin(operating): Superadmin,
    Body(body): Body<AdjustBody>,
) -> Result<Response, Refused> {
    let user = id::<UserId>(&state.app.public, "userId", &body.user_id)?;
    let reason = web::text::recorded("reason", &body.reason)?;
    let adjustment = Adjustment { user, amount: body.amount, reason, by: operating.user.id };
    Ok(match ledger_adjust::run(&state.app, operating.acting, adjustment).await? {
        Consent::AwaitsApproval => Accepted(json!({ "status": "awaiting_approval" })).into_response(),
        Consent::Given(_) => Data(json!({ "status": "adjusted" })).into_response(),
    })
}
