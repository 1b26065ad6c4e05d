//! Sign-ins in rows. A refresh token is known by its hash.

use kernel::{Role, Timestamp, UserId};
use store::{Row, StoreError, Tx, params};

/// A sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The number.
    pub id: i64,
    /// Whose.
    pub user: UserId,
    /// What all sessions of one sign-in share.
    pub family: i64,
    /// SHA-256 of its refresh token.
    pub refresh_hash: Vec<u8>,
    /// Whether its refresh token is good once.
    pub rotates: bool,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When its refresh token was exchanged.
    pub used_at: Option<Timestamp>,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
}

/// From where somebody signed in.
#[derive(Debug, Clone, Default)]
pub struct Client {
    /// The address.
    pub ip: String,
    /// What the program calls itself, shortened.
    pub user_agent: String,
}

/// Inserts a session.
pub fn insert(tx: &mut Tx<'_>, session: &Session, client: &Client, now: Timestamp) -> Result<(), StoreError> {
    let sql = "INSERT INTO sessions (id, user_id, family, refresh_hash, rotates, created_at, expires_at, user_agent, ip, info)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '{}')";
    let row = params![
        session.id,
        session.user.0,
        session.family,
        session.refresh_hash.as_slice(),
        session.rotates,
        now,
        session.expires_at,
        client.user_agent.as_str(),
        client.ip.as_str()
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// The session of a refresh token, kept from others until the transaction ends.
pub fn by_refresh_locked(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Session>, StoreError> {
    let sql = tx.pick(
        "SELECT id, user_id, family, refresh_hash, rotates, expires_at, used_at, revoked_at FROM sessions
         WHERE refresh_hash = $1",
        "SELECT id, user_id, family, refresh_hash, rotates, expires_at, used_at, revoked_at FROM sessions
         WHERE refresh_hash = $1 FOR UPDATE",
    );
    tx.query_opt(sql, params![hash], read)
}

/// The session of a refresh token.
pub fn by_refresh(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Session>, StoreError> {
    let sql =
        "SELECT id, user_id, family, refresh_hash, rotates, expires_at, used_at, revoked_at FROM sessions
               WHERE refresh_hash = $1";
    tx.query_opt(sql, params![hash], read)
}

fn read(row: &Row<'_>) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.int(0)?,
        user: UserId(row.int(1)?),
        family: row.int(2)?,
        refresh_hash: row.blob(3)?,
        rotates: row.bool(4)?,
        expires_at: Timestamp::from_micros(row.int(5)?),
        used_at: row.opt_int(6)?.map(Timestamp::from_micros),
        revoked_at: row.opt_int(7)?.map(Timestamp::from_micros),
    })
}

/// Its refresh token was exchanged for the next.
pub fn set_used(tx: &mut Tx<'_>, id: i64, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("UPDATE sessions SET used_at = $2 WHERE id = $1", params![id, now])?;
    Ok(())
}

/// Ends every session of the sign-in that `id` belongs to.
pub fn revoke_family_of(tx: &mut Tx<'_>, id: i64, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE sessions SET revoked_at = $2 WHERE revoked_at IS NULL
                 AND family = (SELECT family FROM sessions WHERE id = $1)";
    tx.execute(sql, params![id, now])?;
    Ok(())
}

/// Ends every session of a user.
pub fn revoke_all(tx: &mut Tx<'_>, user: UserId, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE sessions SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL";
    tx.execute(sql, params![user.0, now])?;
    Ok(())
}

/// What decides whether a token is still believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Whether the account may be used.
    pub is_active: bool,
    /// What the user may do now.
    pub role: Role,
    /// Whether the session was ended; false without one.
    pub is_revoked: bool,
}

/// How a user and a session stand.
pub fn standing(tx: &mut Tx<'_>, user: UserId, session: Option<i64>) -> Result<Option<Standing>, StoreError> {
    let sql = "SELECT u.status, u.role, s.id IS NULL OR s.revoked_at IS NOT NULL FROM users u
               LEFT JOIN sessions s ON s.id = $2 AND s.user_id = u.id WHERE u.id = $1";
    let id = session;
    tx.query_opt(sql, params![user.0, id], |row| {
        let role = row.text(1)?;
        Ok(Standing {
            is_active: row.text(0)? == "active",
            role: Role::new(&role).ok_or_else(|| StoreError::Corrupt(format!("users.role '{role}'")))?,
            is_revoked: id.is_some() && row.bool(2)?,
        })
    })
}
