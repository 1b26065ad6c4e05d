//! Who may enter: extractors for operators. The roles are the database's, not the token's.

use super::state::PotState;
use crate::domain::live_config::Flag;
use crate::domain::role::{may_administer, may_correct, may_moderate};
use crate::domain::user::User;
use crate::refusals::feature_disabled;
use crate::usecase::access_check;
use crate::usecase::audit_record::Acting;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::{Refusal, Role};
use web::{Caller, Refused, RequestFacts};

/// Somebody who judges what waits for a person. Refusals: 401 without a token, 403 without the role.
#[derive(Debug, Clone)]
pub struct Moderator(pub Operating);

/// Somebody who runs the stall. Refusals: 401 without a token, 403 without the role.
#[derive(Debug, Clone)]
pub struct Admin(pub Operating);

/// Somebody who grants roles and corrects money. Refusals: 401 without a token, 403 without the role.
#[derive(Debug, Clone)]
pub struct Superadmin(pub Operating);

/// An operator, and how the audit log calls them.
#[derive(Debug, Clone)]
pub struct Operating {
    /// Who.
    pub user: User,
    /// For the audit log.
    pub acting: Acting,
}

impl Operating {
    async fn enter(parts: &mut Parts, state: &PotState, may: fn(Role) -> bool) -> Result<Self, Refused> {
        let Caller(actor) = Caller::from_request_parts(parts, state).await?;
        let facts = RequestFacts::from_request_parts(parts, state).await?;
        let user = access_check::run(&state.app, actor, may).await?;
        // Who switched the operators' endpoints off must be able to switch them on again.
        let is_open = state.app.config.load().is_on(Flag::Admin) || may_correct(user.roles.highest());
        let acting = Acting::user(user.id, facts.client_ip);
        is_open.then_some(Self { user, acting }).ok_or_else(|| feature_disabled(Flag::Admin).into())
    }
}

impl FromRequestParts<PotState> for Moderator {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &PotState) -> Result<Self, Refused> {
        Ok(Self(Operating::enter(parts, state, may_moderate).await?))
    }
}

impl FromRequestParts<PotState> for Admin {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &PotState) -> Result<Self, Refused> {
        Ok(Self(Operating::enter(parts, state, may_administer).await?))
    }
}

impl FromRequestParts<PotState> for Superadmin {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &PotState) -> Result<Self, Refused> {
        Ok(Self(Operating::enter(parts, state, may_correct).await?))
    }
}

/// Refuses what is switched off.
pub fn switched_on(state: &PotState, flag: Flag) -> Result<(), Refusal> {
    state.app.config.load().is_on(flag).then_some(()).ok_or_else(|| feature_disabled(flag))
}
