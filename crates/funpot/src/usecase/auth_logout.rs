//! Ending one session by its refresh token, or all sessions of a user with every access token that is out.

use super::auth_refresh::{accept, shown};
use crate::app::App;
use crate::store::{sessions, users};
use identity::Floor;
use kernel::{Refusal, UserId};

/// Ends the session of this refresh token. Errors: as renewing.
pub async fn one(app: &App, text: &str) -> Result<(), Refusal> {
    let now = app.clock.now();
    let token = shown(text)?;
    accept(app, &token, now).await?;
    app.store.write(move |tx| sessions::revoke(tx, &token.session, now)).await?;
    Ok(())
}

/// Ends every session of the user; access tokens are over at once, on other nodes within seconds.
pub async fn all(app: &App, user: UserId) -> Result<(), Refusal> {
    let now = app.clock.now();
    let version = app
        .store
        .write(move |tx| {
            sessions::revoke_all(tx, user, now)?;
            users::raise_token_version(tx, user, now)
        })
        .await?;
    app.tokens.revocations.set(user, Floor::Epoch(version));
    Ok(())
}
