//! Operators' hands on numbers and switches.

use super::access::Admin;
use super::answer::Data;
use super::state::PotState;
use crate::domain::pot_event::SystemNotice;
use crate::usecase::{config_set, config_view, notice_send};
use axum::extract::State;
use kernel::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, PathText, Refused};

/// The routes.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new()
        .routes(routes!(get_number, put_number))
        .routes(routes!(get_flag, put_flag))
        .routes(routes!(send_notice))
}

/// A value.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct ValueBody {
    /// A number.
    #[schema(value_type = f64)]
    value: Value,
}

/// A switch.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct FlagBody {
    /// Whether it is on.
    enabled: bool,
}

/// A number of the configuration.
#[utoipa::path(get, path = "/funpot/api/admin/config/{key}", tag = "admin", params(("key" = String, Path)),
    responses((status = 200, body = ValueBody), web::openapi::Refusals), security(("bearer" = [])))]
async fn get_number(
    State(state): State<PotState>,
    _: Admin,
    PathText(key): PathText,
) -> Result<Data<ValueBody>, Refused> {
    Ok(Data(ValueBody { value: config_view::number(&state.app, &key)? }))
}

/// Changes a number of the configuration.
#[utoipa::path(put, path = "/funpot/api/admin/config/{key}", tag = "admin", params(("key" = String, Path)),
    request_body = ValueBody,
    responses((status = 200, body = ValueBody), web::openapi::Refusals), security(("bearer" = [])))]
async fn put_number(
    State(state): State<PotState>,
    Admin(operating): Admin,
    PathText(key): PathText,
    Body(body): Body<ValueBody>,
) -> Result<Data<ValueBody>, Refused> {
    let value = config_set::number(&state.app, operating.acting, &key, &body.value).await?;
    Ok(Data(ValueBody { value }))
}

/// A switch.
#[utoipa::path(get, path = "/funpot/api/admin/flags/{name}", tag = "admin", params(("name" = String, Path)),
    responses((status = 200, body = FlagBody), web::openapi::Refusals), security(("bearer" = [])))]
async fn get_flag(
    State(state): State<PotState>,
    _: Admin,
    PathText(name): PathText,
) -> Result<Data<FlagBody>, Refused> {
    Ok(Data(FlagBody { enabled: config_view::flag(&state.app, &name)? }))
}

/// Switches.
#[utoipa::path(put, path = "/funpot/api/admin/flags/{name}", tag = "admin", params(("name" = String, Path)),
    request_body = FlagBody,
    responses((status = 200, body = FlagBody), web::openapi::Refusals), security(("bearer" = [])))]
async fn put_flag(
    State(state): State<PotState>,
    Admin(operating): Admin,
    PathText(name): PathText,
    Body(body): Body<FlagBody>,
) -> Result<Data<FlagBody>, Refused> {
    config_set::flag(&state.app, operating.acting, &name, body.enabled).await?;
    Ok(Data(body))
}

/// What everybody who watches is told.
#[derive(Debug, Deserialize, ToSchema)]
struct NoticeBody {
    /// Lower-case letters and underscores: `maintenance`.
    code: String,
    /// A sentence.
    message: String,
}

/// Tells everybody who watches a stream.
#[utoipa::path(post, path = "/funpot/api/admin/notices", tag = "admin", request_body = NoticeBody,
    responses((status = 200, body = Value), web::openapi::Refusals), security(("bearer" = [])))]
async fn send_notice(
    State(state): State<PotState>,
    Admin(operating): Admin,
    Body(body): Body<NoticeBody>,
) -> Result<Data<Value>, Refused> {
    let is_code =
        body.code.len() <= 40 && body.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if body.code.is_empty() || !is_code {
        return Err(Refusal::field("code", "must be lower-case letters and underscores").into());
    }
    let message = web::text::recorded("message", &body.message)?;
    notice_send::run(&state.app, operating.acting, SystemNotice { code: body.code, message }).await?;
    Ok(Data(json!({ "ok": true })))
}
