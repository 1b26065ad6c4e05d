//! Refresh tokens: each is good once and is exchanged for the next; showing one a second time ends its family.

use super::{Client, NewSession, Session, SessionId, SessionKind};
use crate::{Secret, User, users};
use kernel::{Timestamp, UserId};
use store::{StoreError, Tx};

/// What a caller shows, and what the next session would be.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The refresh token as it came in.
    pub shown: String,
    /// The secret of the next one.
    pub next: Secret,
    /// The id of the next one.
    pub next_id: SessionId,
    /// From where.
    pub client: Client,
}

/// What came of an exchange. Each is an `Ok` to the store: a reused token must end its family *and* be refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exchanged {
    /// A new token.
    Next(Box<Renewed>),
    /// Never handed out, or ended since.
    TokenIsUnknown,
    /// Shown a second time: somebody has a copy. The family was ended.
    TokenWasReused(SessionId),
    /// Seven days are over.
    TokenIsExpired,
    /// Its user was switched off or deleted. The family was ended.
    UserIsInactive(SessionId),
}

/// The next session of a family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewed {
    /// Whose.
    pub user: User,
    /// When it ends.
    pub expires_at: Timestamp,
    /// What it shares with the sessions before it.
    pub family: SessionId,
}

/// Exchanges a refresh token for the next of its family.
pub fn exchange(tx: &mut Tx<'_>, now: Timestamp, exchange: &Exchange) -> Result<Exchanged, StoreError> {
    let Some(session) = find(tx, &exchange.shown)? else {
        return Ok(Exchanged::TokenIsUnknown);
    };
    if session.rotated_at.is_some() {
        return super::end_family(tx, now, session.family).map(Exchanged::TokenWasReused);
    }
    if session.expires_at <= now {
        return Ok(Exchanged::TokenIsExpired);
    }
    let Some(user) = users::by_id_locked(tx, session.user)?.filter(|user| user.is_active) else {
        return super::end_family(tx, now, session.family).map(Exchanged::UserIsInactive);
    };
    let expires_at = continue_family(tx, now, exchange, &session)?;
    let renewed = Renewed { user, expires_at, family: SessionId(session.family) };
    Ok(Exchanged::Next(Box::new(renewed)))
}

/// Ends the family of a refresh token of `user`, and says which. Nothing happens for one that is gone or another's.
pub fn end(
    tx: &mut Tx<'_>,
    now: Timestamp,
    user: UserId,
    shown: &str,
) -> Result<Option<SessionId>, StoreError> {
    let session = find(tx, shown)?.filter(|session| session.user == user);
    session.map(|session| super::end_family(tx, now, session.family)).transpose()
}

fn find(tx: &mut Tx<'_>, shown: &str) -> Result<Option<Session>, StoreError> {
    match Secret::parse(shown) {
        Some(secret) => super::find_locked(tx, SessionKind::Api, &secret),
        None => Ok(None),
    }
}

fn continue_family(
    tx: &mut Tx<'_>,
    now: Timestamp,
    exchange: &Exchange,
    session: &Session,
) -> Result<Timestamp, StoreError> {
    let next = NewSession {
        id: exchange.next_id,
        user: session.user,
        kind: SessionKind::Api,
        secret: exchange.next.clone(),
        client: exchange.client.clone(),
    };
    super::mark_rotated(tx, now, session.id)?;
    super::insert(tx, now, &next, session.family)
}
