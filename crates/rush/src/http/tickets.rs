//! What doors need to check tickets without a network.

use crate::http::state::RushState;
use crate::usecase::ticket_keys;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Data, Refused};

/// The routes of tickets.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new().routes(routes!(keys))
}

/// The keys of tickets.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketKeysData {
    /// Ed25519 public keys, hex. The first one signs now; the others have signed before.
    keys: Vec<String>,
}

/// The keys that the QR codes of tickets are signed with. The text `BOOKING:CODE:ADMITS:SIGNATURE` holds when the signature
/// (base64url, without padding) is Ed25519 over `fairground rush ticket 1`, a line feed, and the text before the last colon.
#[utoipa::path(get, path = "/rush/api/v1/tickets/keys", tag = "tickets",
    responses((status = 200, body = web::openapi::Wrapped<TicketKeysData>), web::openapi::Refusals))]
pub async fn keys(State(state): State<RushState>) -> Result<Data<TicketKeysData>, Refused> {
    let hex = |key: [u8; 32]| key.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Data(TicketKeysData { keys: ticket_keys::public(&state.app).into_iter().map(hex).collect() }))
}
