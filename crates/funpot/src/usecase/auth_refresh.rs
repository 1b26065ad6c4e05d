//! Renewing a session: its token is replaced, and one that was replaced before ends it.

use super::auth_session::{Credentials, Refresh, credentials, next_token};
use crate::app::App;
use crate::domain::session::{RefreshToken, SessionRefusal, check};
use crate::domain::user::{User, UserStatus};
use crate::refusals;
use crate::store::{sessions, users};
use kernel::{Refusal, Timestamp};
use store::{StoreError, Tx};

/// New credentials of the same session. Errors: 400 malformed; 401 unknown, over, or not the newest; 403 blocked.
pub async fn run(app: &App, text: &str) -> Result<Credentials, Refusal> {
    let now = app.clock.now();
    let token = shown(text)?;
    accept(app, &token, now).await?;
    let next = Refresh {
        token: next_token(app, &token.session),
        expires_at: now.plus_secs(app.settings.refresh_ttl_s),
    };
    let replaced = next.clone();
    let rotated = app.store.write(move |tx| rotate(tx, &token, &replaced, now)).await?;
    match rotated {
        None => Err(refusals::of_session(SessionRefusal::TokenLostTheRace)),
        Some(user) if user.status == UserStatus::Active => Ok(credentials(app, &user, Some(next), now)),
        Some(_) => Err(refusals::account_is_blocked()),
    }
}

/// A refresh token as it was sent. Errors: 400.
pub fn shown(text: &str) -> Result<RefreshToken, Refusal> {
    RefreshToken::parse(text).ok_or_else(|| refusals::of_session(SessionRefusal::TokenIsMalformed))
}

/// Accepts the newest token of an open session; an older one ends the session. Two that are read as the newest at the same
/// time are told apart when the token is replaced.
pub async fn accept(app: &App, token: &RefreshToken, now: Timestamp) -> Result<(), Refusal> {
    let id = token.session.clone();
    let session = app.store.read(move |tx| sessions::by_id(tx, &id)).await?;
    let judged = check(session.as_ref(), token, now);
    if judged == Err(SessionRefusal::TokenWasUsedBefore) {
        let id = token.session.clone();
        app.store.write(move |tx| sessions::revoke(tx, &id, now)).await?;
    }
    judged.map_err(refusals::of_session)
}

/// The user, if the token was still the newest.
fn rotate(
    tx: &mut Tx<'_>,
    token: &RefreshToken,
    next: &Refresh,
    now: Timestamp,
) -> Result<Option<User>, StoreError> {
    let hashes = (token.hash(), next.token.hash());
    let (from, to) = (hashes.0.as_str(), hashes.1.as_str());
    if !sessions::rotate(tx, &token.session, (from, to), (now, next.expires_at))? {
        return Ok(None);
    }
    let Some(session) = sessions::by_id(tx, &token.session)? else { return Ok(None) };
    users::by_id(tx, session.user)
}
