//! The routes of the exchange and its control endpoint.

use super::accounts::{Exchange, SCALE};
use super::{Fault, account_api, okx_api, public_api};
use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use kernel::parse_minor;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// Longer than any caller should wait.
const SLOW: Duration = Duration::from_secs(30);

/// All routes.
pub(super) fn router(exchange: Exchange) -> Router {
    Router::new()
        .route("/api/v3/time", get(public_api::time))
        .route("/api/v3/ticker/price", get(public_api::ticker))
        .route("/api/v3/klines", get(public_api::klines))
        .route("/api/v3/account", get(account_api::wallet))
        .route("/api/v3/order", post(account_api::order))
        .route("/sapi/v1/account/apiRestrictions", get(account_api::restrictions))
        .route(okx_api::CONFIG, get(okx_api::config))
        .route(okx_api::BALANCE, get(okx_api::balance))
        .layer(middleware::from_fn_with_state(exchange.clone(), with_faults))
        .route("/control", get(control).post(control))
        .with_state(exchange)
}

async fn with_faults(State(exchange): State<Exchange>, request: Request, next: Next) -> Response {
    let fault = exchange.memory.lock().fault;
    match fault {
        Fault::Away => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Fault::Limited => public_api::refused(StatusCode::TOO_MANY_REQUESTS, -1003, "Too many requests."),
        Fault::Garbage => Html("<html>maintenance</html>").into_response(),
        Fault::Slow => {
            tokio::time::sleep(SLOW).await;
            next.run(request).await
        }
        Fault::None | Fault::BadKey | Fault::Skewed | Fault::Withdrawals | Fault::Leaky => {
            next.run(request).await
        }
    }
}

#[derive(Deserialize)]
struct Control {
    fault: Option<String>,
    new_key: Option<String>,
    secret: Option<String>,
    passphrase: Option<String>,
    permissions: Option<String>,
    key: Option<String>,
    asset: Option<String>,
    free: Option<String>,
}

/// Tells which fault is on; with names in the query it changes something first, as a browser's address line can.
async fn control(State(exchange): State<Exchange>, Query(asked): Query<Control>) -> Response {
    let bad = |text: &'static str| (StatusCode::BAD_REQUEST, text).into_response();
    if let Some(name) = &asked.fault {
        let Some(fault) = Fault::named(name) else { return bad("fault must be a known name\n") };
        exchange.memory.lock().fault = fault;
    }
    if let Some(key) = &asked.new_key {
        let (secret, passphrase) = (asked.secret.unwrap_or_default(), asked.passphrase.unwrap_or_default());
        let permissions = asked.permissions.as_deref().unwrap_or("read,trade");
        exchange.open(key, &secret, &passphrase, permissions);
    }
    if let (Some(key), Some(asset), Some(free)) = (&asked.key, &asked.asset, &asked.free) {
        let Ok(units) = parse_minor(free, SCALE) else { return bad("free must be an amount\n") };
        if !exchange.set(key, asset, units) {
            return bad("key must be a known one\n");
        }
    }
    let memory = exchange.memory.lock();
    Json(json!({"fault": memory.fault.name(), "accounts": memory.accounts.len()})).into_response()
}
