//! Registering, logging in and out, renewing and resetting over HTTP: parse, call, map.
//!
//! These verbs take no `Idempotency-Key`: each is harmless to repeat, or refuses the repetition by its own rule. A role, a
//! tenant or a user in a body is not read.

use crate::http::site::{ApiClient, Site};
use crate::http::state::RushState;
use crate::http::user_data::UserData;
use crate::rates;
use crate::usecase::auth_signed_in::{SignedIn, device_cookie};
use crate::usecase::{auth_forgot, auth_login, auth_logout, auth_register, auth_reset, auth_token};
use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::SET_COOKIE;
use identity::{ACCESS_LIFETIME_S, email};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Accepted, Body, Caller, Created, Data, Refused, RequestFacts};

/// The routes of log-ins.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(login))
        .routes(routes!(refresh))
        .routes(routes!(logout))
        .routes(routes!(logout_all))
        .routes(routes!(forgot_password))
        .routes(routes!(reset_password))
        .routes(routes!(validate))
}

/// Tokens and whom they speak for.
#[derive(Serialize, ToSchema)]
pub struct TokensData {
    /// For `Authorization: Bearer …`, 15 minutes.
    access_token: String,
    /// For `/auth/refresh`, once, within seven days.
    refresh_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds until the access token is over.
    expires_in: i64,
    /// When the refresh token is over.
    refresh_expires_at: String,
    /// Who is logged in.
    user: UserData,
}

/// The answer to whoever signed in.
pub(super) fn tokens_data(state: &RushState, signed_in: &SignedIn) -> TokensData {
    let app = &state.app;
    TokensData {
        access_token: app.identity.access_token(&signed_in.user, signed_in.family, app.clock.now()),
        refresh_token: signed_in.secret.text(),
        token_type: "Bearer",
        expires_in: ACCESS_LIFETIME_S,
        refresh_expires_at: signed_in.expires_at.rfc3339(),
        user: UserData::of(&app.public, &signed_in.user),
    }
}

/// Tokens, and the cookie by which the device is known at its next log-in.
type WithDevice<T> = ([(HeaderName, String); 1], T);

fn with_device<T>(state: &RushState, signed_in: &SignedIn, answer: T) -> WithDevice<T> {
    ([(SET_COOKIE, device_cookie(&state.app, &signed_in.user))], answer)
}

/// Who wants an account.
#[derive(Deserialize, ToSchema)]
pub struct RegisterBody {
    /// An address that mail can reach.
    email: String,
    /// 8 to 72 bytes with an upper-case and a lower-case letter, a digit and a special character.
    password: String,
    /// 2 to 100 characters.
    name: String,
}

/// Makes a customer's account and logs in. 400 `INVALID_EMAIL`, `WEAK_PASSWORD`; 409 `USER_EXISTS`.
#[utoipa::path(post, path = "/rush/api/v1/auth/register", tag = "auth", request_body = RegisterBody,
    responses((status = 201, body = web::openapi::Wrapped<TokensData>), web::openapi::Refusals))]
pub async fn register(
    State(state): State<RushState>,
    facts: RequestFacts,
    Site(site): Site,
    ApiClient(context): ApiClient,
    Body(body): Body<RegisterBody>,
) -> Result<WithDevice<Created<TokensData>>, Refused> {
    state.edge.charge_target(&facts, rates::REGISTER, &email::key(&body.email))?;
    let RegisterBody { email, password, name } = body;
    let registration = auth_register::Registration { site, email, password, name };
    let signed_in = auth_register::run(&state.app, registration, context).await?;
    Ok(with_device(&state, &signed_in, Created(tokens_data(&state, &signed_in))))
}

/// Address and password.
#[derive(Deserialize, ToSchema)]
pub struct LoginBody {
    /// The address.
    email: String,
    /// The password.
    password: String,
}

/// Logs in. 401 `INVALID_CREDENTIALS`; 403 `USER_INACTIVE`; 429 `ACCOUNT_LOCKED`.
#[utoipa::path(post, path = "/rush/api/v1/auth/login", tag = "auth", request_body = LoginBody,
    responses((status = 200, body = web::openapi::Wrapped<TokensData>), web::openapi::Refusals))]
pub async fn login(
    State(state): State<RushState>,
    facts: RequestFacts,
    Site(site): Site,
    ApiClient(context): ApiClient,
    Body(body): Body<LoginBody>,
) -> Result<WithDevice<Data<TokensData>>, Refused> {
    state.edge.charge_target(&facts, rates::LOGIN, &email::key(&body.email))?;
    let credentials = auth_login::Credentials { site, email: body.email, password: body.password };
    let signed_in = auth_login::run(&state.app, credentials, context).await?;
    Ok(with_device(&state, &signed_in, Data(tokens_data(&state, &signed_in))))
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
pub struct RefreshBody {
    /// As it was handed out.
    refresh_token: String,
}

/// Exchanges a refresh token for a new pair; the old one is over. 401 `INVALID_TOKEN`, `TOKEN_EXPIRED`.
#[utoipa::path(post, path = "/rush/api/v1/auth/refresh", tag = "auth", request_body = RefreshBody,
    responses((status = 200, body = web::openapi::Wrapped<TokensData>), web::openapi::Refusals))]
pub async fn refresh(
    State(state): State<RushState>,
    ApiClient(context): ApiClient,
    Body(body): Body<RefreshBody>,
) -> Result<Data<TokensData>, Refused> {
    let signed_in = auth_token::refresh(&state.app, body.refresh_token, context.client).await?;
    Ok(Data(tokens_data(&state, &signed_in)))
}

/// What was done, in words.
#[derive(Debug, Serialize, ToSchema)]
pub struct DoneData {
    message: &'static str,
}

/// Logs out: 200 also when the token is gone already.
#[utoipa::path(post, path = "/rush/api/v1/auth/logout", tag = "auth", request_body = RefreshBody,
    responses((status = 200, body = web::openapi::Wrapped<DoneData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn logout(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Body(body): Body<RefreshBody>,
) -> Result<Data<DoneData>, Refused> {
    auth_logout::run(&state.app, actor, body.refresh_token).await?;
    Ok(Data(DoneData { message: "Logged out." }))
}

/// How many sessions ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct EndedData {
    ended_sessions: u64,
}

/// Logs out everywhere: every session and every token minted so far is over.
#[utoipa::path(post, path = "/rush/api/v1/auth/logout-all", tag = "auth",
    responses((status = 200, body = web::openapi::Wrapped<EndedData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn logout_all(
    State(state): State<RushState>,
    Caller(actor): Caller,
) -> Result<Data<EndedData>, Refused> {
    Ok(Data(EndedData { ended_sessions: auth_logout::everywhere(&state.app, actor).await? }))
}

/// Whose password is forgotten.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ForgotBody {
    /// The address.
    email: String,
}

/// Sends a link to choose a new password, if there is such an account. The answer is always this one.
#[utoipa::path(post, path = "/rush/api/v1/auth/forgot-password", tag = "auth", request_body = ForgotBody,
    responses((status = 202, body = web::openapi::Wrapped<DoneData>), web::openapi::Refusals))]
pub async fn forgot_password(
    State(state): State<RushState>,
    facts: RequestFacts,
    Site(site): Site,
    Body(body): Body<ForgotBody>,
) -> Result<Accepted<DoneData>, Refused> {
    state.edge.charge_target(&facts, rates::FORGOT, &email::key(&body.email))?;
    auth_forgot::run(&state.app, site, &body.email).await?;
    Ok(Accepted(DoneData { message: "If there is an account with this address, a mail is on its way." }))
}

/// A link's token and a new password.
#[derive(Deserialize, ToSchema)]
pub struct ResetBody {
    /// From the link.
    token: String,
    /// Under the same rules as at registration.
    new_password: String,
}

/// Chooses a new password; every session ends. 400 `WEAK_PASSWORD`, `INVALID_TOKEN`; 410 `TOKEN_EXPIRED`.
#[utoipa::path(post, path = "/rush/api/v1/auth/reset-password", tag = "auth", request_body = ResetBody,
    responses((status = 200, body = web::openapi::Wrapped<DoneData>), web::openapi::Refusals))]
pub async fn reset_password(
    State(state): State<RushState>,
    ApiClient(context): ApiClient,
    Body(body): Body<ResetBody>,
) -> Result<Data<DoneData>, Refused> {
    let from = context.client.ip;
    let new = auth_reset::NewPassword { from, token: body.token, password: body.new_password };
    auth_reset::run(&state.app, new).await?;
    Ok(Data(DoneData { message: "The password was changed. Log in with the new one." }))
}

/// An access token.
#[derive(Deserialize, ToSchema)]
pub struct ValidateBody {
    /// As it was handed out.
    token: String,
}

/// What an access token says.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClaimsData {
    user_id: String,
    email: String,
    role: String,
    tenant_id: Option<String>,
    issued_at: String,
    expires_at: String,
}

/// Reads an access token, for our own services alone. 401 `INVALID_TOKEN`, `TOKEN_EXPIRED`.
#[utoipa::path(post, path = "/rush/api/v1/auth/validate", tag = "auth", request_body = ValidateBody,
    responses((status = 200, body = web::openapi::Wrapped<ClaimsData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn validate(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Body(body): Body<ValidateBody>,
) -> Result<Data<ClaimsData>, Refused> {
    let access = auth_token::validate(&state.app, actor, &body.token)?;
    Ok(Data(ClaimsData {
        user_id: state.app.public.encode(access.actor.user),
        email: access.email,
        role: access.actor.role.as_str().to_owned(),
        tenant_id: access.actor.tenant.map(|tenant| state.app.public.encode(tenant)),
        issued_at: access.issued_at.rfc3339(),
        expires_at: access.expires_at.rfc3339(),
    }))
}
