//! The next access token of a session, and its end. The refresh token stays the same unless its holder asks for rotation;
//! in that mode each is good once, and a second use ends the whole sign-in.

use super::auth_session::{self, From, SignedIn};
use crate::app::App;
use crate::refusals;
use crate::store::sessions::{self, Session};
use crate::store::users::{self, User, UserStatus};
use identity::SessionId;
use kernel::{Refusal, Timestamp, UserId};
use std::sync::Arc;
use store::Tx;
use store::audit::Level;

/// What came of it; a refusal that must be committed is an outcome.
enum Refreshed {
    Next(Box<SignedIn>),
    Refused,
}

/// Refreshes. Errors: 401 `TOKEN_REFRESH_FAILED`.
pub async fn run(app: &Arc<App>, token: String, rotate: bool, from: From) -> Result<SignedIn, Refusal> {
    let now = app.clock.now();
    app.tokens.read_refresh(&token, now).map_err(|_| refusals::refresh_failed())?;
    let own = Arc::clone(app);
    let exchange = move |tx: &mut Tx<'_>| {
        let Some(session) = sessions::by_refresh_locked(tx, &auth_session::refresh_hash(&token))? else {
            return Ok(Refreshed::Refused);
        };
        let user = users::find(tx, session.user)?.filter(|user| user.status == UserStatus::Active);
        let Some(user) = user.filter(|_| is_good(&session, now)) else { return Ok(Refreshed::Refused) };
        if session.used_at.is_some() {
            sessions::revoke_family_of(tx, session.id, now)?;
            let act = ("auth.refresh_reused", Level::Critical);
            auth_session::record(tx, act, user.id, "session".to_owned(), &from, now)?;
            return Ok(Refreshed::Refused);
        }
        let next = next(&own, tx, (&session, user), (&token, rotate || session.rotates), &from, now)?;
        Ok::<_, Refusal>(Refreshed::Next(Box::new(next)))
    };
    match app.store.write(exchange).await? {
        Refreshed::Next(next) => Ok(*next),
        Refreshed::Refused => Err(refusals::refresh_failed()),
    }
}

fn is_good(session: &Session, now: Timestamp) -> bool {
    session.revoked_at.is_none() && session.expires_at > now
}

fn next(
    app: &App,
    tx: &mut Tx<'_>,
    (session, user): (&Session, User),
    (token, rotates): (&str, bool),
    from: &From,
    now: Timestamp,
) -> Result<SignedIn, Refusal> {
    if rotates {
        sessions::set_used(tx, session.id, now)?;
        return auth_session::start(app, tx, user, (Some(session.family), true), from, now);
    }
    let access_token = auth_session::access(app, &user, SessionId(session.id), now);
    Ok(SignedIn {
        access_token,
        refresh_token: token.to_owned(),
        expires_in_s: app.tokens.lifetime_s(),
        user,
    })
}

/// Ends the sign-in that a session belongs to.
pub async fn logout(app: &App, user: UserId, session: Option<SessionId>, from: From) -> Result<(), Refusal> {
    let now = app.clock.now();
    let end = move |tx: &mut Tx<'_>| {
        match session {
            Some(session) => sessions::revoke_family_of(tx, session.0, now)?,
            None => sessions::revoke_all(tx, user, now)?,
        }
        auth_session::record(tx, ("auth.logout", Level::Info), user, String::new(), &from, now)
    };
    Ok(app.store.write(end).await?)
}
