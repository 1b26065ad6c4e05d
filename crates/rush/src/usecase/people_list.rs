//! The people of a tenant, for whoever gives roles there: found by a part of their address, newest first.

use crate::app::App;
use crate::domain::role;
use identity::{AuthRefusal, User, users};
use kernel::{Actor, Refusal, TenantId};

/// People shown at once; a search finds the others.
const LISTED_MAX: i64 = 50;

/// People of `tenant` whose address begins with `search`. Errors: `FORBIDDEN` for anybody but the platform's people.
pub async fn run(app: &App, actor: Actor, tenant: TenantId, search: &str) -> Result<Vec<User>, Refusal> {
    may(actor)?;
    let begins = identity::email::key(search.trim());
    Ok(app
        .store
        .read(move |tx| users::of_tenant(tx, tenant, &begins, LISTED_MAX))
        .await
        .map_err(AuthRefusal::from)?)
}

/// Whether `actor` may look at the people of tenants. Errors: `FORBIDDEN`.
pub fn may(actor: Actor) -> Result<(), Refusal> {
    if actor.role == role::SUPER_ADMIN { Ok(()) } else { Err(AuthRefusal::RoleDoesNotAllow.into()) }
}
