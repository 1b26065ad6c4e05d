//! A session's new token pair: what log-in and renewal have in common.

use crate::app::App;
use crate::domain::session::{RefreshToken, SECRET_BYTES, SESSION_BYTES};
use crate::domain::user::User;
use crate::tokens::Minted;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use identity::Chance;
use kernel::Timestamp;

/// Random bytes of an access token's own name.
const JTI_BYTES: usize = 12;

/// What a client is given.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The access token.
    pub access: Minted,
    /// The session and its refresh token, where there is one.
    pub refresh: Option<Refresh>,
}

/// A session as its holder knows it.
#[derive(Debug, Clone)]
pub struct Refresh {
    /// Renews the access token, once.
    pub token: RefreshToken,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A name or a secret: random bytes in base64url.
#[must_use]
pub fn draw<const N: usize>(chance: &dyn Chance) -> String {
    let mut bytes = [0; N];
    chance.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A refresh token of a new session.
#[must_use]
pub fn first_token(app: &App) -> RefreshToken {
    RefreshToken::of(&draw::<SESSION_BYTES>(&*app.chance), &draw::<SECRET_BYTES>(&*app.chance))
}

/// The next refresh token of a session.
#[must_use]
pub fn next_token(app: &App, session: &str) -> RefreshToken {
    RefreshToken::of(session, &draw::<SECRET_BYTES>(&*app.chance))
}

/// What the client is given for `user`, in the session of `refresh` where there is one.
#[must_use]
pub fn credentials(app: &App, user: &User, refresh: Option<Refresh>, now: Timestamp) -> Credentials {
    let session = refresh.as_ref().map(|refresh| refresh.token.session.as_str());
    let access = app.tokens.mint(user, session, &draw::<JTI_BYTES>(&*app.chance), now);
    Credentials { access, refresh }
}
