//! Webhooks of gateways: no token, but a signature over the raw body. 200 once stored.

use crate::http::state::RushState;
use crate::rates;
use crate::usecase::webhook_receive;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Data, PathText, RawBody, Refused, RequestFacts};

/// The routes of webhooks.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new().routes(routes!(receive))
}

/// What a delivery came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceivedData {
    /// Always true: it is stored.
    received: bool,
    /// duplicate, applied, ignored, unknown_payment, incomplete or amount_mismatch.
    outcome: &'static str,
}

/// Takes an event of a gateway. `X-Signature: t=SECONDS,v1=HEX` is the HMAC-SHA256 of `SECONDS.BODY`, good for five
/// minutes; a repeated event changes nothing; unknown types are stored and acknowledged.
#[utoipa::path(post, path = "/rush/api/v1/webhooks/{gateway}", tag = "webhooks",
    request_body = serde_json::Value,
    params(("gateway" = String, Path, description = "mock"), ("X-Signature" = String, Header)),
    responses((status = 200, body = web::openapi::Wrapped<ReceivedData>), web::openapi::Refusals))]
pub async fn receive(
    State(state): State<RushState>,
    facts: RequestFacts,
    PathText(gateway): PathText,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result<Data<ReceivedData>, Refused> {
    let signature = headers.get("x-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let taken = webhook_receive::run(&state.app, &gateway, signature, &body).await;
    if taken.is_err() {
        // Only what no gateway signed, or addressed wrongly, pays.
        state.edge.charge_address(&facts, rates::UNSIGNED)?;
    }
    let outcome = taken?;
    Ok(Data(ReceivedData { received: true, outcome: outcome.as_str() }))
}
