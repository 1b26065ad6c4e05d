//! Acts that two superadmins do together.

use super::access::Superadmin;
use super::answer::{Accepted, Data};
use super::state::PotState;
use crate::domain::ids::EventId;
use crate::usecase::event_resettle::{self, Correction};
use crate::usecase::two_persons::Consent;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Path, Refused};

/// The routes.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new().routes(routes!(resettle))
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
