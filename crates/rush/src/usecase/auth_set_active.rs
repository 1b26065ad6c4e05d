//! Switch a user off or on again. Switched off, every token and session is over at once.

use super::auth_logout::end_all;
use crate::app::App;
use crate::domain::role;
use identity::{AuthRefusal, Floor, User, users};
use kernel::{Actor, Refusal, Timestamp, UserId};
use store::Tx;

/// The user as it is afterwards.
///
/// Errors: `LAST_ADMIN` for the only one there is, `FORBIDDEN` for anybody but administrators, `NOT_FOUND` for an unknown user and for another tenant's.
pub async fn run(app: &App, actor: Actor, id: UserId, active: bool) -> Result<User, Refusal> {
    let now = app.clock.now();
    let (user, floor) = app.store.write(move |tx| save(tx, now, actor, id, active)).await?;
    app.identity.revocations().set(id, floor);
    Ok(user)
}

/// Whether nobody could switch this user, or anything else of the tenant, on again.
fn is_last_administrator(tx: &mut Tx<'_>, user: &User) -> Result<bool, AuthRefusal> {
    let runs = user.is_active && matches!(user.role, role::ADMIN | role::SUPER_ADMIN);
    Ok(runs && users::active_count(tx, user.tenant, user.role)? <= 1)
}

fn save(
    tx: &mut Tx<'_>,
    now: Timestamp,
    actor: Actor,
    id: UserId,
    active: bool,
) -> Result<(User, Floor), AuthRefusal> {
    if !matches!(actor.role, role::ADMIN | role::SUPER_ADMIN) {
        return Err(AuthRefusal::RoleDoesNotAllow);
    }
    let theirs = |user: &User| actor.role == role::SUPER_ADMIN || user.tenant == actor.tenant;
    let user = users::by_id_locked(tx, id)?.filter(theirs).ok_or(AuthRefusal::UserIsUnknown)?;
    if !active && is_last_administrator(tx, &user)? {
        return Err(AuthRefusal::LastAdministrator);
    }
    users::set_active(tx, now, id, active)?;
    let (_, epoch) = end_all(tx, now, id)?;
    let user = users::by_id(tx, id)?.ok_or(AuthRefusal::UserIsUnknown)?;
    Ok((user, if active { Floor::Epoch(epoch) } else { Floor::Inactive }))
}
