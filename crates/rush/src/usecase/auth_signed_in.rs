//! What registering, logging in and renewing have in common: the session that they start.

use crate::app::App;
use identity::proofs::password::device;
use identity::{AuthRefusal, Client, NewSession, Secret, SessionId, SessionKind, User, email, sessions};
use kernel::{Timestamp, UserId};
use store::Tx;

/// How somebody comes in: through the API with a refresh token, or through the pages with a cookie.
#[derive(Debug, Clone)]
pub struct SignInContext {
    /// Which of the two.
    pub kind: SessionKind,
    /// From where, as far as it says so.
    pub client: Client,
    /// What it shows of an earlier log-in.
    pub device: Option<String>,
}

/// Somebody who proved who they are, and the session that was started for them.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// What the sessions that follow from this log-in share.
    pub family: SessionId,
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
    Ok(SignedIn { user, family: session.id, secret: session.secret.clone(), expires_at })
}

/// The `Set-Cookie` value by which this device is known at its next log-in to the account.
#[must_use]
pub fn device_cookie(app: &App, user: &User) -> String {
    let text = app.identity.device_text(&email::key(&user.email));
    device::set_cookie(&text, app.identity.public_url().starts_with("https://"))
}
