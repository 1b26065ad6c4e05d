//! Other people's accounts over HTTP, for administrators: parse, call, map.

use crate::http::state::RushState;
use crate::http::user_data::UserData;
use crate::usecase::{auth_set_active, people_list, role_give};
use axum::extract::State;
use kernel::{Actor, Refusal, UserId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Caller, Data, Path, Query, Refused};

/// The routes of users.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(deactivate))
        .routes(routes!(activate))
        .routes(routes!(give_role))
}

/// Switches a user of the own tenant off; every token and session of theirs is over at once.
#[utoipa::path(post, path = "/rush/api/v1/users/{id}/deactivate", tag = "users", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<UserData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn deactivate(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<UserId>,
) -> Result<Data<UserData>, Refused> {
    switch(&state, actor, id, false).await
}

/// Switches a user of the own tenant on again.
#[utoipa::path(post, path = "/rush/api/v1/users/{id}/activate", tag = "users", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<UserData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn activate(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<UserId>,
) -> Result<Data<UserData>, Refused> {
    switch(&state, actor, id, true).await
}

/// Whose people.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PeopleQuery {
    /// The tenant; needed.
    tenant_id: Option<String>,
    /// The beginning of their address.
    search: Option<String>,
}

/// People of a tenant, by address, fifty at most; super administrators alone.
#[utoipa::path(get, path = "/rush/api/v1/users", tag = "users", operation_id = "list_users", params(PeopleQuery),
    responses((status = 200, body = web::openapi::Wrapped<Vec<UserData>>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn list(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Query(query): Query<PeopleQuery>,
) -> Result<Data<Vec<UserData>>, Refused> {
    people_list::may(actor)?;
    let tenant = query.tenant_id.and_then(|id| state.app.public.decode(&id).ok());
    let tenant = tenant.ok_or_else(|| Refusal::field("tenant_id", "is no id of a tenant"))?;
    let people = people_list::run(&state.app, actor, tenant, query.search.as_deref().unwrap_or("")).await?;
    Ok(Data(people.iter().map(|user| UserData::of(&state.app.public, user)).collect()))
}

/// A role within a tenant.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RoleBody {
    /// `customer`, `organizer` or `admin`; needed.
    role: Option<String>,
}

/// Gives somebody of a tenant another role, or takes it by giving `customer`; super administrators alone. Every token and
/// session of theirs is over at once.
#[utoipa::path(put, path = "/rush/api/v1/users/{id}/role", tag = "users", operation_id = "give_role",
    params(("id" = String, Path)), request_body = RoleBody,
    responses((status = 200, body = web::openapi::Wrapped<UserData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn give_role(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<UserId>,
    Body(body): Body<RoleBody>,
) -> Result<Data<UserData>, Refused> {
    let user = role_give::run(&state.app, actor, id, body.role.as_deref().unwrap_or_default()).await?;
    Ok(Data(UserData::of(&state.app.public, &user)))
}

async fn switch(
    state: &RushState,
    actor: Actor,
    id: UserId,
    active: bool,
) -> Result<Data<UserData>, Refused> {
    let user = auth_set_active::run(&state.app, actor, id, active).await?;
    Ok(Data(UserData::of(&state.app.public, &user)))
}
