//! Deposits over HTTP: an operator records what arrived.

use super::answer::Plain;
use super::state::TapState;
use crate::domain::ids::DepositId;
use crate::usecase::deposit_record::{self, Arrived};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use identity::proofs::wallet::parse_address;
use kernel::{Refusal, UserId};
use serde::Deserialize;
use serde_json::json;
use web::text::recorded;
use web::{Body, IdempotencyKey, Operator, Refused, replayed};

/// The routes of operators.
pub fn operator_routes() -> axum::Router<TapState> {
    axum::Router::new().route("/tap/admin/deposits", post(record))
}

/// What arrived.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DepositBody {
    /// Whose wallet.
    wallet: String,
    /// Cents.
    amount: i64,
    /// What it is called where it came from.
    reference: String,
    /// Who records it.
    operator: String,
}

async fn record(
    State(state): State<TapState>,
    _: Operator,
    IdempotencyKey(key): IdempotencyKey,
    Body(body): Body<DepositBody>,
) -> Result<Response, Refused> {
    let wallet = parse_address(&body.wallet).map_err(|fault| Refusal::field("wallet", fault.as_str()))?;
    let (reference, operator) =
        (recorded("reference", &body.reference)?, recorded("operator", &body.operator)?);
    let arrived = Arrived { key, wallet, amount: body.amount, reference, operator };
    let (row, is_new) = deposit_record::run(&state.app, arrived).await?;
    let public = &state.app.public;
    let told = json!({ "deposit_id": public.encode(DepositId(row.id)), "user": public.encode(UserId(row.user)), "amount": row.amount,
        "reference": row.reference, "operator": row.operator, "at": row.at.rfc3339() });
    let answer = Plain(StatusCode::CREATED, told).into_response();
    Ok(if is_new { answer } else { replayed(answer) })
}
