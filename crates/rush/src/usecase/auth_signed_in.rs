//! What registering, logging in and renewing have in common: the session that they start.

use crate::app::App;
use identity::{AuthRefusal, Client, NewSession, Secret, SessionId, SessionKind, User, sessions};
use kernel::{Timestamp, UserId};
use store::Tx;

/// How somebody comes in: through the API with a refresh token, or through the pages with a cookie.
#[derive(Debug, Clone)]
pub struct SignInContext {
    /// Which of the two.
    pub kind: SessionKind,
    /// From where, as far as it says so.
    pub client: Client,
}

/// Somebody who proved who they are, and the session that was started for them.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// The refresh token, or what the cookie carries.
    pub secret: Secret,
    /// When the session ends if it is not renewed.
    pub expires_at: Timestamp,
}

/// A session to be, drawn before the transaction so that running it again changes nothing.
pub(super) fn draw(app: &App, now: Timestamp, user: UserId, context: &SignInContext) -> NewSession {
    NewSession {
        id: SessionId(app.ids.next(now)),
        user,
        kind: context.kind,
        secret: app.identity.draw_secret(),
        client: context.client.clone(),
    }
}

/// Starts the session within the transaction that proves the user.
pub(super) fn start(
    tx: &mut Tx<'_>,
    now: Timestamp,
    session: &NewSession,
    user: User,
) -> Result<SignedIn, AuthRefusal> {
    let expires_at = sessions::start(tx, now, session)?;
    Ok(SignedIn { user, secret: session.secret.clone(), expires_at })
}
