//! Operators' hands on users: roles, blocking, ending sessions. Each act is on record and in force at once.

use super::audit_record::{Act, Acting, append};
use crate::app::App;
use crate::domain::role::{HeldRoles, may_administer, may_correct};
use crate::domain::user::{User, UserStatus};
use crate::refusals;
use crate::store::{sessions, users};
use identity::Floor;
use kernel::{Refusal, Timestamp, UserId};
use serde_json::{Value, json};
use store::Tx;

/// Gives a user these roles and no others. Errors: 404, 409 where nobody would be left who can.
pub async fn set_roles(app: &App, acting: Acting, id: UserId, roles: HeldRoles) -> Result<User, Refusal> {
    let now = app.clock.now();
    app.store
        .write(move |tx| {
            let mut user = lock(tx, id)?;
            let loses = may_correct(user.roles.highest()) && !may_correct(roles.highest());
            if loses && users::count_superadmins(tx)? < 2 {
                return Err(refusals::last_superadmin());
            }
            let before = json!({ "roles": user.roles.names() });
            user.roles = roles.clone();
            users::update(tx, &user, now)?;
            let after = json!({ "roles": user.roles.names() });
            record(tx, &acting, "user.roles", id, (before, after), now)?;
            Ok(user)
        })
        .await
}

/// Blocks a user, whose tokens and sessions are over at once, or lets them in again. Errors: 403 for oneself and for those above,
/// 404.
pub async fn set_blocked(
    app: &App,
    (acting, by): (Acting, User),
    id: UserId,
    is_blocked: bool,
) -> Result<User, Refusal> {
    let now = app.clock.now();
    let (user, version) = app
        .store
        .write(move |tx| {
            let mut user = lock(tx, id)?;
            let is_above = may_administer(user.roles.highest()) && !may_correct(by.roles.highest());
            if by.id == id || is_above {
                return Err(Refusal::forbidden());
            }
            let before = json!({ "status": user.status.as_str() });
            user.status = if is_blocked { UserStatus::Blocked } else { UserStatus::Active };
            users::update(tx, &user, now)?;
            let after = json!({ "status": user.status.as_str() });
            record(tx, &acting, "user.block", id, (before, after), now)?;
            sessions::revoke_all(tx, id, now)?;
            Ok((user, users::raise_token_version(tx, id, now)?))
        })
        .await?;
    app.tokens.revocations.set(id, if is_blocked { Floor::Inactive } else { Floor::Epoch(version) });
    Ok(user)
}

/// Ends every session of a user, and every access token that is out. Errors: 404.
pub async fn revoke_sessions(app: &App, acting: Acting, id: UserId) -> Result<u64, Refusal> {
    let now = app.clock.now();
    let (ended, version) = app
        .store
        .write(move |tx| {
            lock(tx, id)?;
            let ended = sessions::revoke_all(tx, id, now)?;
            record(tx, &acting, "user.sessions_revoke", id, (json!({}), json!({ "ended": ended })), now)?;
            Ok::<_, Refusal>((ended, users::raise_token_version(tx, id, now)?))
        })
        .await?;
    app.tokens.revocations.set(id, Floor::Epoch(version));
    Ok(ended)
}

fn lock(tx: &mut Tx<'_>, id: UserId) -> Result<User, Refusal> {
    let found = users::lock(tx, id)?.filter(|user| user.status != UserStatus::Erased);
    found.ok_or_else(|| Refusal::not_found("user"))
}

fn record(
    tx: &mut Tx<'_>,
    acting: &Acting,
    action: &'static str,
    id: UserId,
    (before, after): (Value, Value),
    now: Timestamp,
) -> Result<(), Refusal> {
    let act = Act { action, target: format!("user:{}", id.0), before: Some(before), after: Some(after) };
    Ok(append(tx, acting, act, now)?)
}
