//! Where Telegram delivers its updates. It shows a secret; anything but a success makes it deliver again.

use super::answer::Data;
use super::state::PotState;
use crate::domain::telegram_update;
use crate::usecase::telegram_receive;
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use kernel::{Meaning, Refusal};
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;
use web::{RawBody, Refused};

/// The header with the secret.
const SECRET: &str = "x-telegram-bot-api-secret-token";

/// The routes.
pub fn routes() -> Router<PotState> {
    Router::new().route("/funpot/integrations/telegram/payments", post(receive))
}

async fn receive(
    State(state): State<PotState>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result<Data<Value>, Refused> {
    if !is_telegram(&headers, &state.app.settings.telegram_webhook_secret) {
        return Err(Refusal::new(
            Meaning::Unauthenticated,
            "INVALID_TOKEN",
            "The secret is missing or wrong.",
        )
        .into());
    }
    let update: Value = serde_json::from_slice(&body)
        .map_err(|_| Refusal::new(Meaning::Invalid, "INVALID_REQUEST", "The update is not JSON."))?;
    let number = update["update_id"].as_i64();
    let number = number.ok_or_else(|| Refusal::field("update_id", "is missing"))?;
    telegram_receive::run(&state.app, number, telegram_update::read(&update)).await?;
    Ok(Data(json!({ "ok": true })))
}

/// Without a configured secret nobody is Telegram.
fn is_telegram(headers: &HeaderMap, secret: &str) -> bool {
    let shown = headers.get(SECRET).map_or(&b""[..], |value| value.as_bytes());
    !secret.is_empty() && shown.ct_eq(secret.as_bytes()).into()
}
