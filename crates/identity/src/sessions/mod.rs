//! The table of sessions: one row for each refresh token and each page session, with the hash of its secret alone.
//! The decisions are in `refresh` and `page`; what a browser carries is in `cookie` and `csrf`.

pub mod cookie;
pub mod csrf;
pub mod families;
mod page;
pub mod refresh;

pub use page::{
    NewPageSession, PageSession, page_session_end, page_session_find, page_session_renew, page_session_start,
};

use crate::Secret;
use kernel::{Timestamp, TypedId, UserId};
use store::{Row, StoreError, Tx, params};

kernel::typed_id!(SessionId, kernel::tags::SESSION, "session");

/// Seconds a refresh token, or a page session that is not used, is good for: seven days.
pub const SESSION_LIFETIME_S: i64 = 7 * 24 * 3600;
/// The longest text kept of a browser's description of itself.
const USER_AGENT_CHARS_MAX: usize = 200;
/// The longest text kept of an address (IPv6 with a zone has 45 and some).
const IP_CHARS_MAX: usize = 64;
/// Sessions one user may have; the oldest families make room, so that no account fills the table.
const SESSIONS_PER_USER_MAX: i64 = 100;

/// Who holds the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// A program, with a refresh token that changes at each use.
    Api,
    /// A browser, with a cookie.
    Page,
}

impl SessionKind {
    /// As written in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Page => "page",
        }
    }
}

/// Where a request came from, as far as it says so. Never believed, only shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Client {
    /// The address of the connection, or what a trusted proxy says.
    pub ip: String,
    /// What the program calls itself.
    pub user_agent: String,
}

/// A session to be.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The id; also the family's, unless it continues one.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// For whom.
    pub kind: SessionKind,
    /// What its holder will show.
    pub secret: Secret,
    /// From where.
    pub client: Client,
}

/// A stored session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The id.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// What all sessions that follow from one log-in share.
    pub family: i64,
    /// When it is over.
    pub expires_at: Timestamp,
    /// When its secret was exchanged for a new one.
    pub rotated_at: Option<Timestamp>,
}

/// Starts a session and its family; when it will end.
pub fn start(tx: &mut Tx<'_>, now: Timestamp, new: &NewSession) -> Result<Timestamp, StoreError> {
    make_room(tx, new.user)?;
    insert(tx, now, new, new.id.as_i64())
}

/// Adds a session to `family`; when it will end.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    now: Timestamp,
    new: &NewSession,
    family: i64,
) -> Result<Timestamp, StoreError> {
    let expires_at = now.plus_secs(SESSION_LIFETIME_S);
    tx.execute(
        "INSERT INTO sessions (id, user_id, family_id, token_hash, kind, user_agent, ip, expires_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            new.id.as_i64(),
            new.user.as_i64(),
            family,
            new.secret.hash(),
            new.kind.as_str(),
            shown(&new.client.user_agent, USER_AGENT_CHARS_MAX),
            shown(&new.client.ip, IP_CHARS_MAX),
            expires_at,
            now
        ],
    )?;
    Ok(expires_at)
}

/// The session of this secret and kind, kept from change by others until the transaction ends.
pub(crate) fn find_locked(
    tx: &mut Tx<'_>,
    kind: SessionKind,
    secret: &Secret,
) -> Result<Option<Session>, StoreError> {
    let sql = tx.pick(
        "SELECT id, user_id, family_id, expires_at, rotated_at FROM sessions WHERE token_hash = $1 AND kind = $2",
        "SELECT id, user_id, family_id, expires_at, rotated_at FROM sessions WHERE token_hash = $1 AND kind = $2
         FOR UPDATE",
    );
    tx.query_opt(sql, params![secret.hash(), kind.as_str()], read)
}

/// Records that a session's secret was exchanged.
pub(crate) fn mark_rotated(tx: &mut Tx<'_>, now: Timestamp, id: SessionId) -> Result<(), StoreError> {
    tx.execute("UPDATE sessions SET rotated_at = $2 WHERE id = $1", params![id.as_i64(), now])?;
    Ok(())
}

/// Ends every session of a family, and the access tokens that were minted in it.
pub(crate) fn end_family(tx: &mut Tx<'_>, now: Timestamp, family: i64) -> Result<SessionId, StoreError> {
    tx.execute("DELETE FROM sessions WHERE family_id = $1", params![family])?;
    families::record(tx, now, family)?;
    Ok(SessionId(family))
}

/// Ends every session of a user, of both kinds; how many there were.
pub fn end_all(tx: &mut Tx<'_>, user: UserId) -> Result<u64, StoreError> {
    tx.execute("DELETE FROM sessions WHERE user_id = $1", params![user.as_i64()])
}

/// Deletes sessions that are over, at most `limit`; how many.
pub fn purge(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM sessions WHERE id IN
           (SELECT id FROM sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
        params![now, limit],
    )
}

/// Ends the oldest sessions of a user who has as many as one may have.
fn make_room(tx: &mut Tx<'_>, user: UserId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM sessions WHERE id IN
           (SELECT id FROM sessions WHERE user_id = $1 ORDER BY id DESC LIMIT 1000 OFFSET $2)",
        params![user.as_i64(), SESSIONS_PER_USER_MAX - 1],
    )?;
    Ok(())
}

/// What is kept of a text that a stranger sent: no control characters (PostgreSQL takes no NUL), and not too long.
fn shown(text: &str, chars_max: usize) -> String {
    text.chars().filter(|sign| !sign.is_control()).take(chars_max).collect()
}

fn read(row: &Row<'_>) -> Result<Session, StoreError> {
    Ok(Session {
        id: SessionId(row.int(0)?),
        user: UserId(row.int(1)?),
        family: row.int(2)?,
        expires_at: Timestamp::from_micros(row.int(3)?),
        rotated_at: row.opt_int(4)?.map(Timestamp::from_micros),
    })
}
