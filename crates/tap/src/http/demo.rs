//! The faucet of demo and load runs: play money, once a day and player.

use super::answer::{Plain, ok};
use super::player::Player;
use super::state::TapState;
use crate::usecase::faucet;
use axum::extract::State;
use axum::routing::post;
use serde_json::{Value, json};
use web::Refused;

/// The routes of the demo; they exist only where the faucet is open.
pub fn routes() -> axum::Router<TapState> {
    axum::Router::new().route("/tap/api/demo/faucet", post(pay))
}

async fn pay(State(state): State<TapState>, Player(found): Player) -> Result<Plain<Value>, Refused> {
    let poured = faucet::run(&state.app, found.session.user).await?;
    Ok(ok(json!({ "balance": poured.balance, "paid": poured.is_paid, "next_at": poured.next_at.rfc3339() })))
}
