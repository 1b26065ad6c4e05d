//! The caller's own profile.

use super::answer::Data;
use super::state::PotState;
use crate::app::App;
use crate::domain::live_config::FLAGS;
use crate::domain::role::may_administer;
use crate::usecase::profile::{self, Profile, ProfileChange};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Caller, Refused};

/// The routes.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new().routes(routes!(me, edit))
}

/// A user as they see themselves.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProfileData {
    user_id: String,
    tg_user_id: i64,
    nickname: Option<String>,
    language: String,
    roles: Vec<String>,
    balances: BalancesData,
    referral: InviteData,
    /// Every switch by its name.
    flags: BTreeMap<&'static str, bool>,
    is_admin: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    created_at: String,
}

/// What can be spent.
#[derive(Debug, Serialize, ToSchema)]
struct BalancesData {
    /// Units of credit.
    internal: i64,
}

/// With what others are invited.
#[derive(Debug, Serialize, ToSchema)]
struct InviteData {
    code: String,
    url: String,
}

/// The address that opens the Mini App for somebody who was invited.
#[must_use]
pub fn invite_url(app: &App, code: &str) -> String {
    let base = &app.settings.telegram_app_url;
    let joint = if base.contains('?') { '&' } else { '?' };
    format!("{base}{joint}startapp=ref_{code}")
}

pub(super) fn profile_data(app: &App, profile: &Profile) -> ProfileData {
    let Profile { user, balance, code, .. } = profile;
    let config = app.config.load();
    ProfileData {
        user_id: app.public.encode(user.id),
        tg_user_id: user.tg_user_id,
        nickname: user.nickname.clone(),
        language: user.language.clone(),
        roles: user.roles.names().into_iter().map(str::to_owned).collect(),
        balances: BalancesData { internal: *balance },
        referral: InviteData { code: code.clone(), url: invite_url(app, code) },
        flags: FLAGS.iter().map(|(flag, name)| (*name, config.is_on(*flag))).collect(),
        is_admin: may_administer(user.roles.highest()),
        username: user.username.clone(),
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        created_at: user.created_at.rfc3339(),
    }
}

/// What can be changed.
#[derive(Debug, Deserialize, ToSchema)]
struct ProfileBody {
    /// 1 to 32 characters.
    nickname: Option<String>,
    /// A language tag.
    language: Option<String>,
}

/// The caller.
#[utoipa::path(get, path = "/funpot/api/me", tag = "profile",
    responses((status = 200, body = ProfileData), web::openapi::Refusals), security(("bearer" = [])))]
async fn me(State(state): State<PotState>, Caller(actor): Caller) -> Result<Data<ProfileData>, Refused> {
    let found = profile::view(&state.app, actor.user).await?;
    Ok(Data(profile_data(&state.app, &found)))
}

/// Changes nickname and language.
#[utoipa::path(patch, path = "/funpot/api/me", tag = "profile", request_body = ProfileBody,
    responses((status = 200, body = ProfileData), web::openapi::Refusals), security(("bearer" = [])))]
async fn edit(
    State(state): State<PotState>,
    Caller(actor): Caller,
    Body(body): Body<ProfileBody>,
) -> Result<Data<ProfileData>, Refused> {
    let change = ProfileChange { nickname: body.nickname, language: body.language };
    let found = profile::edit(&state.app, actor.user, change).await?;
    Ok(Data(profile_data(&state.app, &found)))
}
