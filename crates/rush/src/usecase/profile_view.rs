//! The caller's own profile.

use crate::app::App;
use identity::{AuthRefusal, User, users};
use kernel::{Actor, Refusal};

/// The caller, from the table. Errors: `NOT_FOUND` when the account was deleted since the token was minted.
pub async fn run(app: &App, actor: Actor) -> Result<User, Refusal> {
    let id = actor.user;
    let found = app.store.read(move |tx| Ok::<_, AuthRefusal>(users::by_id(tx, id)?)).await?;
    Ok(found.ok_or(AuthRefusal::UserIsUnknown)?)
}
