//! Signing in and out.

use super::answer::Data;
use super::profile::{ProfileData, profile_data};
use super::state::PotState;
use crate::usecase::auth_login::{self, LoginRequest};
use crate::usecase::auth_session::Credentials;
use crate::usecase::{auth_logout, auth_refresh, profile};
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use kernel::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Caller, Refused, RequestFacts};

/// The routes.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new()
        .routes(routes!(login))
        .routes(routes!(refresh))
        .routes(routes!(logout))
        .routes(routes!(logout_all))
}

/// The older name of signing in.
pub fn alias() -> Router<PotState> {
    Router::new().route("/funpot/api/auth", post(login))
}

/// What Telegram handed to the Mini App.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LoginBody {
    /// The raw text.
    #[serde(default)]
    init_data: String,
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RefreshBody {
    /// As it was given.
    #[serde(default)]
    refresh_token: String,
}

/// Tokens, and whose.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CredentialsData {
    /// The access token.
    token: String,
    /// When it ends.
    expires_at: String,
    /// Renews it, once.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    /// When that ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_expires_at: Option<String>,
    /// The session.
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<String>,
    /// Who signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<ProfileData>,
}

fn credentials(given: Credentials, user: Option<ProfileData>) -> Response {
    let refresh = given.refresh.as_ref();
    let data = CredentialsData {
        token: given.access.token,
        expires_at: given.access.expires_at.rfc3339(),
        refresh_token: refresh.map(|refresh| refresh.token.text().to_owned()),
        refresh_expires_at: refresh.map(|refresh| refresh.expires_at.rfc3339()),
        session_id: refresh.map(|refresh| refresh.token.session.clone()),
        user,
    };
    let mut answer = Data(data).into_response();
    answer.headers_mut().insert("cache-control", axum::http::HeaderValue::from_static("no-store"));
    answer
}

/// Signs in with Telegram's init data; the first time makes an account.
#[utoipa::path(post, path = "/funpot/api/auth/telegram", tag = "auth", request_body = LoginBody,
    responses((status = 200, body = CredentialsData), web::openapi::Refusals))]
async fn login(
    State(state): State<PotState>,
    facts: RequestFacts,
    headers: HeaderMap,
    Body(body): Body<LoginBody>,
) -> Result<Response, Refused> {
    if body.init_data.is_empty() {
        return Err(Refusal::field("initData", "is missing").into());
    }
    let device = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let request = LoginRequest { init_data: body.init_data, ip: facts.client_ip, device };
    let (user, given) = auth_login::run(&state.app, request).await?;
    let shown = profile::view(&state.app, user.id).await?;
    Ok(credentials(given, Some(profile_data(&state.app, &shown))))
}

/// Renews a session; the token that was shown is over.
#[utoipa::path(post, path = "/funpot/api/auth/refresh", tag = "auth", request_body = RefreshBody,
    responses((status = 200, body = CredentialsData), web::openapi::Refusals))]
async fn refresh(State(state): State<PotState>, Body(body): Body<RefreshBody>) -> Result<Response, Refused> {
    Ok(credentials(auth_refresh::run(&state.app, &body.refresh_token).await?, None))
}

/// Ends the session of a refresh token.
#[utoipa::path(post, path = "/funpot/api/auth/logout", tag = "auth", request_body = RefreshBody,
    responses((status = 200, body = Value), web::openapi::Refusals))]
async fn logout(
    State(state): State<PotState>,
    Body(body): Body<RefreshBody>,
) -> Result<Data<Value>, Refused> {
    auth_logout::one(&state.app, &body.refresh_token).await?;
    Ok(Data(json!({ "ok": true })))
}

/// Ends every session of the caller, and every access token that is out.
#[utoipa::path(post, path = "/funpot/api/auth/logout-all", tag = "auth",
    responses((status = 200, body = Value), web::openapi::Refusals), security(("bearer" = [])))]
async fn logout_all(State(state): State<PotState>, Caller(actor): Caller) -> Result<Data<Value>, Refused> {
    auth_logout::all(&state.app, actor.user).await?;
    Ok(Data(json!({ "ok": true })))
}
