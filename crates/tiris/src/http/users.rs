//! Users over HTTP: parse, call, map.

use super::answer::{Data, Enveloped, MessageData};
use super::caller::{Admin, Member, Origin};
use super::json_object::StoredObject;
use super::page::{self, PageData};
use super::path::Id;
use super::state::TirisState;
use crate::domain::role::{ADMIN, BOT, SERVICE, USER};
use crate::usecase::user::{self, ProfileChange, User};
use axum::extract::State;
use kernel::{PublicIds, Refusal, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Query, Refused};

/// The routes of users.
pub fn routes() -> OpenApiRouter<TirisState> {
    OpenApiRouter::new()
        .routes(routes!(me, change_me, erase_me))
        .routes(routes!(disable_me))
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(disable))
        .routes(routes!(enable))
        .routes(routes!(set_role))
}

/// A user.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserData {
    id: String,
    username: String,
    email: Option<String>,
    email_verified: bool,
    avatar: String,
    #[schema(value_type = Object)]
    settings: StoredObject,
    #[schema(value_type = Object)]
    info: StoredObject,
    role: &'static str,
    status: &'static str,
    created_at: String,
    updated_at: String,
}

impl UserData {
    /// As it is written.
    #[must_use]
    pub fn of(public: &PublicIds, user: &User) -> Self {
        let role = [USER, ADMIN, BOT, SERVICE].into_iter().zip(["user", "admin", "bot", "service"]);
        Self {
            id: public.encode(user.id),
            username: user.username.clone(),
            email: user.email.clone(),
            email_verified: user.email_verified,
            avatar: user.avatar.clone(),
            settings: StoredObject::of(&user.settings),
            info: StoredObject::of(&user.info),
            role: role.into_iter().find(|(role, _)| *role == user.role).map_or("user", |(_, name)| name),
            status: user.status.as_str(),
            created_at: user.created_at.rfc3339(),
            updated_at: user.updated_at.rfc3339(),
        }
    }
}

/// A page of users.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsersData {
    users: Vec<UserData>,
    pagination: PageData,
}

/// Whoever asks.
#[utoipa::path(get, path = "/tiris/v1/users/me", tag = "users",
    responses((status = 200, body = Enveloped<UserData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn me(State(state): State<TirisState>, Member(actor): Member) -> Result<Data<UserData>, Refused> {
    Ok(Data(UserData::of(&state.app.public, &user::one(&state.app, actor.user).await?)))
}

/// What is to change.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ProfileBody {
    /// 3 to 50 letters, digits or underscores.
    username: Option<String>,
    /// Address of a picture.
    avatar: Option<String>,
    /// Merged member by member.
    #[schema(value_type = Option<Object>)]
    settings: Option<Map<String, Value>>,
    /// Merged member by member; what only the server writes is passed over.
    #[schema(value_type = Option<Object>)]
    info: Option<Map<String, Value>>,
}

/// Changes one's profile. 400; 409 `USERNAME_TAKEN`.
#[utoipa::path(put, path = "/tiris/v1/users/me", tag = "users", request_body = ProfileBody,
    responses((status = 200, body = Enveloped<UserData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn change_me(
    State(state): State<TirisState>,
    Member(actor): Member,
    Body(body): Body<ProfileBody>,
) -> Result<Data<UserData>, Refused> {
    let ProfileBody { username, avatar, settings, info } = body;
    let change = ProfileChange { username, avatar, settings, info };
    Ok(Data(UserData::of(&state.app.public, &user::change(&state.app, actor.user, change).await?)))
}

/// Erases oneself: personal data goes, the ledger stays.
#[utoipa::path(delete, path = "/tiris/v1/users/me", tag = "users",
    responses((status = 200, body = Enveloped<MessageData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn erase_me(
    State(state): State<TirisState>,
    Member(actor): Member,
    Origin(from): Origin,
) -> Result<Data<MessageData>, Refused> {
    user::erase(&state.app, actor.user, from).await?;
    Ok(Data(MessageData { message: "Your account was erased." }))
}

/// Switches oneself off; an admin switches on again.
#[utoipa::path(put, path = "/tiris/v1/users/me/disable", tag = "users",
    responses((status = 200, body = Enveloped<MessageData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn disable_me(
    State(state): State<TirisState>,
    Member(actor): Member,
    Origin(from): Origin,
) -> Result<Data<MessageData>, Refused> {
    user::set_active(&state.app, actor.user, actor.user, false, from).await?;
    Ok(Data(MessageData { message: "Your account was switched off." }))
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
pub struct PageQuery {
    /// 1 to 1000.
    limit: Option<String>,
    /// Rows to skip.
    offset: Option<String>,
}

/// Everybody, newest first. Admins alone.
#[utoipa::path(get, path = "/tiris/v1/users", tag = "users", params(PageQuery),
    responses((status = 200, body = Enveloped<UsersData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn list(
    State(state): State<TirisState>,
    _: Admin,
    Query(query): Query<PageQuery>,
) -> Result<Data<UsersData>, Refused> {
    let window = page::window(query.limit.as_deref(), query.offset.as_deref())?;
    let (found, total) = user::list(&state.app, window).await?;
    let users: Vec<_> = found.iter().map(|user| UserData::of(&state.app.public, user)).collect();
    let pagination = PageData::of(total, window, users.len());
    Ok(Data(UsersData { users, pagination }))
}

/// One user. Admins alone. 404 `USER_NOT_FOUND`.
#[utoipa::path(get, path = "/tiris/v1/users/{id}", tag = "users", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<UserData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn one(
    State(state): State<TirisState>,
    _: Admin,
    Id(id): Id<UserId>,
) -> Result<Data<UserData>, Refused> {
    Ok(Data(UserData::of(&state.app.public, &user::one(&state.app, id).await?)))
}

/// Switches a user off: their sessions end at once. Admins alone. 404.
#[utoipa::path(put, path = "/tiris/v1/users/{id}/disable", tag = "users", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<MessageData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn disable(
    State(state): State<TirisState>,
    Admin(actor): Admin,
    Origin(from): Origin,
    Id(id): Id<UserId>,
) -> Result<Data<MessageData>, Refused> {
    user::set_active(&state.app, actor.user, id, false, from).await?;
    Ok(Data(MessageData { message: "The user was switched off." }))
}

/// Switches a user on again. Admins alone. 404.
#[utoipa::path(put, path = "/tiris/v1/users/{id}/enable", tag = "users", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<MessageData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn enable(
    State(state): State<TirisState>,
    Admin(actor): Admin,
    Origin(from): Origin,
    Id(id): Id<UserId>,
) -> Result<Data<MessageData>, Refused> {
    user::set_active(&state.app, actor.user, id, true, from).await?;
    Ok(Data(MessageData { message: "The user was switched on." }))
}

/// A role.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RoleBody {
    /// `user` or `admin`.
    role: String,
}

/// Gives a user a role; it counts from their next request on. Admins alone. 404.
#[utoipa::path(put, path = "/tiris/v1/users/{id}/role", tag = "users", params(("id" = String, Path)),
    request_body = RoleBody,
    responses((status = 200, body = Enveloped<MessageData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn set_role(
    State(state): State<TirisState>,
    Admin(actor): Admin,
    Origin(from): Origin,
    Id(id): Id<UserId>,
    Body(body): Body<RoleBody>,
) -> Result<Data<MessageData>, Refused> {
    let role = match body.role.as_str() {
        "user" => USER,
        "admin" => ADMIN,
        _ => return Err(Refusal::field("role", "must be user or admin").into()),
    };
    user::set_role(&state.app, actor.user, id, role, from).await?;
    Ok(Data(MessageData { message: "The role was given." }))
}
