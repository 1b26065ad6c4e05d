//! Page sessions: a browser's cookie, good for seven days after its last use.
//! What does not live here: the cookie's attributes, which are `cookie`'s.

use super::{Client, NewSession, SESSION_LIFETIME_S, SessionId, SessionKind, csrf};
use crate::Secret;
use kernel::{Actor, Role, TenantId, Timestamp, TypedId, UserId};
use store::{Row, StoreError, Tx, params};

/// Seconds between two writes that move a session's end: a page view costs no write, and a session in use is never
/// more than an hour short of seven days.
const RENEWAL_EVERY_S: i64 = 3600;

/// A browser that is logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSession {
    /// The session.
    pub id: SessionId,
    /// Who asks.
    pub actor: Actor,
    /// What to call them.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What their forms must carry.
    pub csrf: String,
    /// When it ends, unless it is renewed.
    pub expires_at: Timestamp,
    /// Whether it is time for [`page_session_renew`].
    pub renewal_due: bool,
}

/// A page session to be.
#[derive(Debug, Clone)]
pub struct NewPageSession {
    /// The id.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// What the cookie will carry.
    pub secret: Secret,
    /// From where.
    pub client: Client,
}

/// Starts a page session; when it will end if nobody uses it.
pub fn page_session_start(
    tx: &mut Tx<'_>,
    now: Timestamp,
    new: &NewPageSession,
) -> Result<Timestamp, StoreError> {
    let session = NewSession {
        id: new.id,
        user: new.user,
        kind: SessionKind::Page,
        secret: new.secret.clone(),
        client: new.client.clone(),
    };
    super::start(tx, now, &session)
}

/// Who this cookie is, now. None: unknown, over, or of a user who was switched off. Reads only.
pub fn page_session_find(
    tx: &mut Tx<'_>,
    now: Timestamp,
    cookie: &str,
) -> Result<Option<PageSession>, StoreError> {
    let Some(secret) = Secret::parse(cookie) else { return Ok(None) };
    tx.query_opt(
        "SELECT s.id, u.id, u.tenant_id, u.role, u.name, u.email, s.expires_at
           FROM sessions s JOIN users u ON u.id = s.user_id
          WHERE s.token_hash = $1 AND s.kind = 'page' AND s.expires_at > $2
            AND u.is_active AND u.deleted_at IS NULL",
        params![secret.hash(), now],
        |row| read(row, now, &secret),
    )
}

/// Moves the end of a session to seven days from `now`.
pub fn page_session_renew(tx: &mut Tx<'_>, now: Timestamp, id: SessionId) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE sessions SET expires_at = $2 WHERE id = $1 AND kind = 'page'",
        params![id.as_i64(), now.plus_secs(SESSION_LIFETIME_S)],
    )?;
    Ok(())
}

/// Ends the session of this cookie. Nothing happens when it is gone.
pub fn page_session_end(tx: &mut Tx<'_>, cookie: &str) -> Result<(), StoreError> {
    if let Some(secret) = Secret::parse(cookie) {
        tx.execute("DELETE FROM sessions WHERE token_hash = $1 AND kind = 'page'", params![secret.hash()])?;
    }
    Ok(())
}

fn read(row: &Row<'_>, now: Timestamp, secret: &Secret) -> Result<PageSession, StoreError> {
    let role = row.text(3)?;
    let role = Role::new(&role).ok_or_else(|| StoreError::Corrupt(format!("user role {role}")))?;
    let expires_at = Timestamp::from_micros(row.int(6)?);
    Ok(PageSession {
        id: SessionId(row.int(0)?),
        actor: Actor { user: UserId(row.int(1)?), tenant: row.opt_int(2)?.map(TenantId), role },
        name: row.text(4)?,
        email: row.text(5)?,
        csrf: csrf::token(secret),
        expires_at,
        renewal_due: now.secs_until(expires_at) < SESSION_LIFETIME_S - RENEWAL_EVERY_S,
    })
}
