//! Other people's accounts over HTTP, for administrators: parse, call, map.

use crate::http::state::RushState;
use crate::http::user_data::UserData;
use crate::usecase::auth_set_active;
use axum::extract::State;
use kernel::{Actor, UserId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Caller, Data, Path, Refused};

/// The routes of users.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new().routes(routes!(deactivate)).routes(routes!(activate))
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

async fn switch(
    state: &RushState,
    actor: Actor,
    id: UserId,
    active: bool,
) -> Result<Data<UserData>, Refused> {
    let user = auth_set_active::run(&state.app, actor, id, active).await?;
    Ok(Data(UserData::of(&state.app.public, &user)))
}
