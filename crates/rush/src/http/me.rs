//! The caller's own profile over HTTP: parse, call, map.

use crate::http::auth::{TokensData, tokens_data};
use crate::http::site::ApiClient;
use crate::http::state::RushState;
use crate::http::user_data::UserData;
use crate::usecase::{profile, profile_change_password};
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Caller, Data, Refused};

/// The routes of the own profile.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new().routes(routes!(get, change)).routes(routes!(change_password))
}

/// The caller's profile.
#[utoipa::path(get, path = "/rush/api/v1/auth/me", tag = "auth",
    responses((status = 200, body = web::openapi::Wrapped<UserData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn get(State(state): State<RushState>, Caller(actor): Caller) -> Result<Data<UserData>, Refused> {
    let user = profile::view(&state.app, actor).await?;
    Ok(Data(UserData::of(&state.app.public, &user)))
}

/// What to change; at least one. An empty phone or picture is taken away.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ChangeBody {
    /// 2 to 100 characters.
    name: Option<String>,
    /// At most 20 digits, spaces and `+-().`.
    phone: Option<String>,
    /// An http or https address of at most 500 characters.
    #[serde(alias = "avatar")]
    avatar_url: Option<String>,
}

/// Changes the caller's profile. 400 `VALIDATION_ERROR`.
#[utoipa::path(put, path = "/rush/api/v1/auth/me", tag = "auth", request_body = ChangeBody,
    responses((status = 200, body = web::openapi::Wrapped<UserData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn change(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Body(body): Body<ChangeBody>,
) -> Result<Data<UserData>, Refused> {
    let ChangeBody { name, phone, avatar_url } = body;
    let change = profile::ProfileChange { name, phone, avatar_url };
    let user = profile::change(&state.app, actor, change).await?;
    Ok(Data(UserData::of(&state.app.public, &user)))
}

/// The password until now and from now on.
#[derive(Deserialize, ToSchema)]
pub struct PasswordBody {
    /// Until now.
    current_password: String,
    /// From now on, under the same rules as at registration.
    new_password: String,
}

/// Changes the caller's password; every other session ends. 400 `WEAK_PASSWORD`; 401 `INVALID_CREDENTIALS`.
#[utoipa::path(put, path = "/rush/api/v1/auth/password", tag = "auth", request_body = PasswordBody,
    responses((status = 200, body = web::openapi::Wrapped<TokensData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn change_password(
    State(state): State<RushState>,
    Caller(actor): Caller,
    ApiClient(context): ApiClient,
    Body(body): Body<PasswordBody>,
) -> Result<Data<TokensData>, Refused> {
    let change =
        profile_change_password::PasswordChange { current: body.current_password, new: body.new_password };
    let signed_in = profile_change_password::run(&state.app, actor, change, context).await?;
    Ok(Data(tokens_data(&state, &signed_in)))
}
