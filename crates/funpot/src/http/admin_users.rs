//! Operators' hands on users.

use super::access::{Admin, Superadmin};
use super::answer::Data;
use super::state::PotState;
use crate::domain::role::HeldRoles;
use crate::domain::user::User;
use crate::usecase::user_admin;
use axum::extract::State;
use kernel::{PublicIds, Refusal, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Path, Refused};

/// The routes.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new().routes(routes!(roles)).routes(routes!(block)).routes(routes!(revoke))
}

/// Roles.
#[derive(Debug, Deserialize, ToSchema)]
struct RolesBody {
    /// user, moderator, admin, superadmin; everybody is a user.
    roles: Vec<String>,
}

/// Whether somebody is blocked.
#[derive(Debug, Deserialize, ToSchema)]
struct BlockBody {
    blocked: bool,
}

/// A user as operators see them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UserData {
    user_id: String,
    nickname: Option<String>,
    roles: Vec<String>,
    /// active or blocked.
    status: &'static str,
}

fn data(public: &PublicIds, user: &User) -> UserData {
    UserData {
        user_id: public.encode(user.id),
        nickname: user.nickname.clone(),
        roles: user.roles.names().into_iter().map(str::to_owned).collect(),
        status: user.status.as_str(),
    }
}

/// Gives a user these roles and no others; superadmins alone.
#[utoipa::path(put, path = "/funpot/api/admin/users/{id}/roles", tag = "admin", params(("id" = String, Path)),
    request_body = RolesBody,
    responses((status = 200, body = UserData), web::openapi::Refusals), security(("bearer" = [])))]
async fn roles(
    State(state): State<PotState>,
    Superadmin(operating): Superadmin,
    Path(id): Path<UserId>,
    Body(body): Body<RolesBody>,
) -> Result<Data<UserData>, Refused> {
    let roles = HeldRoles::parse(body.roles.iter().map(String::as_str));
    let roles =
        roles.ok_or_else(|| Refusal::field("roles", "must be of user, moderator, admin, superadmin"))?;
    let user = user_admin::set_roles(&state.app, operating.acting, id, roles).await?;
    Ok(Data(data(&state.app.public, &user)))
}

/// Blocks a user or lets them in again.
#[utoipa::path(put, path = "/funpot/api/admin/users/{id}/block", tag = "admin", params(("id" = String, Path)),
    request_body = BlockBody,
    responses((status = 200, body = UserData), web::openapi::Refusals), security(("bearer" = [])))]
async fn block(
    State(state): State<PotState>,
    Admin(operating): Admin,
    Path(id): Path<UserId>,
    Body(body): Body<BlockBody>,
) -> Result<Data<UserData>, Refused> {
    let by = (operating.acting, operating.user);
    let user = user_admin::set_blocked(&state.app, by, id, body.blocked).await?;
    Ok(Data(data(&state.app.public, &user)))
}

/// Ends every session of a user.
#[utoipa::path(post, path = "/funpot/api/admin/users/{id}/sessions/revoke", tag = "admin", params(("id" = String, Path)),
    responses((status = 200, body = Value), web::openapi::Refusals), security(("bearer" = [])))]
async fn revoke(
    State(state): State<PotState>,
    Admin(operating): Admin,
    Path(id): Path<UserId>,
) -> Result<Data<Value>, Refused> {
    let ended = user_admin::revoke_sessions(&state.app, operating.acting, id).await?;
    Ok(Data(json!({ "ok": true, "ended": ended })))
}
