//! What an operator may do now: the database says, not the token, so that a role that was taken away is gone at once.

use crate::app::App;
use crate::domain::user::{User, UserStatus};
use crate::store::users;
use kernel::{Actor, Refusal, Role};

/// The caller as the database knows them, if one of the roles held now passes `may`. Errors: 403.
pub async fn run(app: &App, actor: Actor, may: fn(Role) -> bool) -> Result<User, Refusal> {
    let user = app.store.read(move |tx| users::by_id(tx, actor.user)).await?;
    let active = user.filter(|user| user.status == UserStatus::Active);
    active.filter(|user| may(user.roles.highest())).ok_or_else(Refusal::forbidden)
}
