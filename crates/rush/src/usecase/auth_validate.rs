//! Validate: what an access token says, for another program of ours that holds one.

use crate::app::App;
use identity::{Access, AuthRefusal};
use kernel::{Actor, Refusal, Role};

/// What `token` says. Errors: `FORBIDDEN` for anybody but a service, `INVALID_TOKEN`, `TOKEN_EXPIRED`, `USER_INACTIVE`.
pub fn run(app: &App, actor: Actor, token: &str) -> Result<Access, Refusal> {
    if actor.role != Role::Service {
        return Err(AuthRefusal::RoleDoesNotAllow.into());
    }
    let access = app.identity.examine(token, app.clock.now());
    access.map_err(|fault| AuthRefusal::from(fault).into())
}
