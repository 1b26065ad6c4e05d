//! Signing in over HTTP: parse, call, map.

use super::answer::{Data, Enveloped, MessageData};
use super::caller::{Origin, Session};
use super::state::TirisState;
use super::users::UserData;
use crate::usecase::auth_callback::{self, CallbackInput};
use crate::usecase::auth_login::{self, LoginInput};
use crate::usecase::auth_refresh;
use crate::usecase::auth_session::SignedIn;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use kernel::PublicIds;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Refused};

/// The routes of signing in.
pub fn routes() -> OpenApiRouter<TirisState> {
    OpenApiRouter::new()
        .routes(routes!(login))
        .routes(routes!(callback))
        .routes(routes!(refresh))
        .routes(routes!(logout))
}

/// With whom to sign in.
#[derive(Debug, Deserialize, ToSchema)]
pub struct LoginBody {
    /// `google` or `wechat`.
    provider: String,
    /// Where to return; must be listed.
    redirect_uri: Option<String>,
    /// WeChat: `qr` or `in_app`.
    mode: Option<String>,
}

/// Where to go.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoginData {
    /// The provider's page.
    auth_url: String,
    /// Comes back with the browser.
    state: String,
}

/// Begins a sign-in. 400 `OAUTH_ERROR`, `REDIRECT_URI_MISMATCH`; 500 `LOGIN_FAILED`.
#[utoipa::path(post, path = "/tiris/v1/auth/login", tag = "auth", request_body = LoginBody,
    responses((status = 200, body = Enveloped<LoginData>), web::openapi::Refusals))]
async fn login(
    State(state): State<TirisState>,
    Origin(from): Origin,
    Body(body): Body<LoginBody>,
) -> Result<Response, Refused> {
    let LoginBody { provider, redirect_uri, mode } = body;
    let input = LoginInput { provider, redirect_uri, mode, user_agent: from.user_agent };
    let url = auth_login::run(&state.app, input).await?;
    // A second factor where the browser keeps it; across origins it never arrives, and nothing depends on it.
    let cookie = format!("oauth_state={}; Max-Age=600; Path=/tiris; HttpOnly; SameSite=Lax", url.state);
    let mut answer = Data(LoginData { auth_url: url.auth_url, state: url.state }).into_response();
    if let Ok(cookie) = cookie.parse() {
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
    Ok(answer)
}

/// What the browser brought back.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CallbackBody {
    /// `google` or `wechat`.
    provider: String,
    /// Good once.
    code: String,
    /// As it was given.
    state: String,
    /// Where it returned to.
    redirect_uri: Option<String>,
    /// True: the refresh token is good once and exchanged at each use.
    #[serde(default)]
    rotate: bool,
}

/// Tokens, and whose they are.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokensData {
    /// For `Authorization: Bearer`.
    access_token: String,
    /// For `/auth/refresh`.
    refresh_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds.
    expires_in: i64,
    /// Whose.
    user: UserData,
}

/// As they are written.
pub(super) fn tokens(public: &PublicIds, signed_in: SignedIn) -> TokensData {
    TokensData {
        user: UserData::of(public, &signed_in.user),
        access_token: signed_in.access_token,
        refresh_token: signed_in.refresh_token,
        token_type: "Bearer",
        expires_in: signed_in.expires_in_s,
    }
}

/// Ends a sign-in. 400 `INVALID_STATE`, `REDIRECT_URI_MISMATCH`; 401 `OAUTH_CALLBACK_FAILED`; 403 `USER_DISABLED`.
#[utoipa::path(post, path = "/tiris/v1/auth/callback", tag = "auth", request_body = CallbackBody,
    responses((status = 200, body = Enveloped<TokensData>), web::openapi::Refusals))]
async fn callback(
    State(state): State<TirisState>,
    Origin(from): Origin,
    Body(body): Body<CallbackBody>,
) -> Result<Data<TokensData>, Refused> {
    let CallbackBody { provider, code, state: sent, redirect_uri, rotate } = body;
    let input = CallbackInput { provider, code, state: sent, redirect_uri, rotates: rotate };
    let signed_in = auth_callback::run(&state.app, input, from).await?;
    Ok(Data(tokens(&state.app.public, signed_in)))
}

/// A refresh token.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RefreshBody {
    /// As it was given.
    refresh_token: String,
    /// True: it is exchanged for another one that is good once.
    #[serde(default)]
    rotate: bool,
}

/// The next access token. 401 `TOKEN_REFRESH_FAILED`.
#[utoipa::path(post, path = "/tiris/v1/auth/refresh", tag = "auth", request_body = RefreshBody,
    responses((status = 200, body = Enveloped<TokensData>), web::openapi::Refusals))]
async fn refresh(
    State(state): State<TirisState>,
    Origin(from): Origin,
    Body(body): Body<RefreshBody>,
) -> Result<Data<TokensData>, Refused> {
    let signed_in = auth_refresh::run(&state.app, body.refresh_token, body.rotate, from).await?;
    Ok(Data(tokens(&state.app.public, signed_in)))
}

/// Ends the sign-in: its tokens are over at once.
#[utoipa::path(post, path = "/tiris/v1/auth/logout", tag = "auth",
    responses((status = 200, body = Enveloped<MessageData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn logout(
    State(state): State<TirisState>,
    Session(present): Session,
    Origin(from): Origin,
) -> Result<Data<MessageData>, Refused> {
    auth_refresh::logout(&state.app, present.actor.user, present.session, from).await?;
    Ok(Data(MessageData { message: "You are signed out." }))
}
