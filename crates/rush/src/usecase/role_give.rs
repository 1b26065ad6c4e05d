//! Give somebody of a tenant another role, or take it: the platform's people and nobody else. Every token and session of theirs is
//! over at once, because it speaks of the old one.

use super::auth_logout::end_all;
use crate::app::App;
use crate::domain::role;
use identity::{AuthRefusal, Floor, User, users};
use kernel::{Actor, Refusal, Role, Timestamp, TypedId as _, UserId};
use serde_json::json;
use store::Tx;
use store::audit::{self, Act, Level, Origin};

/// The user as they are afterwards; giving a role that they have changes nothing.
///
/// Errors: `FORBIDDEN` for anybody but the platform's people, `NOT_FOUND` for an unknown user, `VALIDATION_ERROR` for a role
/// that is none of a tenant's, or a user of none.
pub async fn run(app: &App, actor: Actor, id: UserId, role: &str) -> Result<User, Refusal> {
    if actor.role != role::SUPER_ADMIN {
        return Err(AuthRefusal::RoleDoesNotAllow.into());
    }
    let given = role::ROLES.find(role).filter(|role| role::is_of_tenant(*role));
    let given = given.ok_or_else(|| Refusal::field("role", "must be customer, organizer or admin"))?;
    let now = app.clock.now();
    let (user, floor) = app.store.write(move |tx| save(tx, now, actor, (id, given))).await?;
    if let Some(floor) = floor {
        app.identity.revocations().set(id, floor);
    }
    Ok(user)
}

fn save(
    tx: &mut Tx<'_>,
    now: Timestamp,
    actor: Actor,
    (id, given): (UserId, Role),
) -> Result<(User, Option<Floor>), Refusal> {
    let user = users::by_id_locked(tx, id)?.ok_or(AuthRefusal::UserIsUnknown)?;
    let Some(tenant) = user.tenant else {
        return Err(Refusal::field("id", "this account belongs to no tenant"));
    };
    if user.role == given {
        return Ok((user, None));
    }
    users::set_role(tx, now, id, given)?;
    let (_, epoch) = end_all(tx, now, id)?;
    let act = Act {
        at: now,
        scope: tenant.as_i64(),
        actor: format!("user:{}", actor.user.as_i64()),
        action: "role.give",
        target: format!("user:{}", id.as_i64()),
        level: Level::Warn,
        origin: Origin::default(),
        details: json!({ "before": user.role.as_str(), "after": given.as_str() }),
    };
    audit::append(tx, &act)?;
    let user = users::by_id(tx, id)?.ok_or(AuthRefusal::UserIsUnknown)?;
    // Whoever is switched off stays so: no token of theirs is accepted anyhow.
    let floor = user.is_active.then_some(Floor::Epoch(epoch));
    Ok((user, floor))
}
