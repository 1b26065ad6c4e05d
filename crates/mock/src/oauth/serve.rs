//! The routes of both providers and the control endpoint.

use super::state::Providers;
use super::{Fault, google, wechat};
use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// Longer than any caller should wait.
const SLOW: Duration = Duration::from_secs(30);

/// All routes.
pub(super) fn router(providers: Providers) -> Router {
    let google = Router::new()
        .route("/.well-known/openid-configuration", get(google::discovery))
        .route("/o/oauth2/v2/auth", get(google::authorize))
        .route("/token", post(google::token))
        .route("/certs", get(google::keys))
        .layer(middleware::from_fn_with_state((providers.clone(), true), with_faults));
    let wechat = Router::new()
        .route("/connect/oauth2/authorize", get(wechat::authorize))
        .route("/connect/qrconnect", get(wechat::authorize))
        .route("/sns/oauth2/access_token", get(wechat::access_token))
        .route("/sns/oauth2/refresh_token", get(wechat::refresh_token))
        .route("/sns/userinfo", get(wechat::userinfo))
        .layer(middleware::from_fn_with_state((providers.clone(), false), with_faults));
    Router::new()
        .nest("/google", google)
        .nest("/wechat", wechat)
        .route("/control", get(control).post(control))
        .with_state(providers)
}

async fn with_faults(
    State((providers, is_google)): State<(Providers, bool)>,
    request: Request,
    next: Next,
) -> Response {
    let fault = {
        let memory = providers.memory.lock();
        if is_google { memory.google } else { memory.wechat }
    };
    match fault {
        Fault::Away => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Fault::Slow => {
            tokio::time::sleep(SLOW).await;
            next.run(request).await
        }
        _ => next.run(request).await,
    }
}

#[derive(Deserialize)]
struct Control {
    provider: Option<String>,
    fault: Option<String>,
    rotate: Option<String>,
}

/// Tells which faults are on; with names in the query it changes one first, as a browser's address line can.
async fn control(State(providers): State<Providers>, Query(asked): Query<Control>) -> Response {
    if asked.rotate.is_some() {
        providers.rotate();
    }
    if let Some(name) = &asked.fault {
        let Some(fault) = Fault::named(name) else {
            return (StatusCode::BAD_REQUEST, "fault must be a known name\n").into_response();
        };
        let mut memory = providers.memory.lock();
        match asked.provider.as_deref() {
            Some("google") => memory.google = fault,
            Some("wechat") => memory.wechat = fault,
            _ => return (StatusCode::BAD_REQUEST, "provider must be google or wechat\n").into_response(),
        }
    }
    let memory = providers.memory.lock();
    Json(json!({"google": memory.google.name(), "wechat": memory.wechat.name()})).into_response()
}
