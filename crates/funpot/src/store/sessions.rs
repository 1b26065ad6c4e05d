//! Sessions, in rows.

use crate::domain::session::Session;
use kernel::{Timestamp, UserId};
use store::{Row, StoreError, Tx, params};

/// The session of this name.
pub fn by_id(tx: &mut Tx<'_>, id: &str) -> Result<Option<Session>, StoreError> {
    let sql = "SELECT session_id, user_id, tg_user_id, token_hash, expires_at, created_at, last_rotated_at, revoked_at
               FROM sessions WHERE session_id = $1";
    tx.query_opt(sql, params![id], read)
}

/// A new session.
pub fn insert(tx: &mut Tx<'_>, session: &Session, device: Option<&str>) -> Result<(), StoreError> {
    let sql = "INSERT INTO sessions (session_id, user_id, tg_user_id, token_hash, expires_at, created_at, last_rotated_at,
                 device) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let device = device.map(str::to_owned);
    let row = params![
        &session.id,
        session.user.0,
        session.tg_user_id,
        &session.token_hash,
        session.expires_at,
        session.created_at,
        session.last_rotated_at,
        device
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// Replaces the token of an open session, if it is still `from`; whether it was.
pub fn rotate(
    tx: &mut Tx<'_>,
    id: &str,
    (from, to): (&str, &str),
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<bool, StoreError> {
    let sql = "UPDATE sessions SET token_hash = $3, last_rotated_at = $4, expires_at = $5
               WHERE session_id = $1 AND token_hash = $2 AND revoked_at IS NULL";
    Ok(tx.execute(sql, params![id, from, to, now, expires_at])? == 1)
}

/// Ends one session; whether it was open.
pub fn revoke(tx: &mut Tx<'_>, id: &str, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "UPDATE sessions SET revoked_at = $2 WHERE session_id = $1 AND revoked_at IS NULL";
    Ok(tx.execute(sql, params![id, now])? == 1)
}

/// Ends every session of a user.
pub fn revoke_all(tx: &mut Tx<'_>, user: UserId, now: Timestamp) -> Result<u64, StoreError> {
    let sql = "UPDATE sessions SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL";
    tx.execute(sql, params![user.0, now])
}

/// Ends the oldest open sessions of a user until at most `kept` are left.
pub fn evict_oldest(tx: &mut Tx<'_>, user: UserId, kept: i64, now: Timestamp) -> Result<u64, StoreError> {
    let sql = "UPDATE sessions SET revoked_at = $2 WHERE session_id IN (
                 SELECT session_id FROM sessions WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2
                 ORDER BY created_at DESC, session_id LIMIT 1000 OFFSET $3)";
    tx.execute(sql, params![user.0, now, kept])
}

/// Removes sessions that ended before `before`, a thousand at most; how many.
pub fn purge(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    let sql = "DELETE FROM sessions WHERE session_id IN (
                 SELECT session_id FROM sessions WHERE expires_at < $1 OR revoked_at < $1 LIMIT 1000)";
    tx.execute(sql, params![before])
}

fn read(row: &Row<'_>) -> Result<Session, StoreError> {
    let at = |micros: i64| Timestamp::from_micros(micros);
    Ok(Session {
        id: row.text(0)?,
        user: UserId(row.int(1)?),
        tg_user_id: row.int(2)?,
        token_hash: row.text(3)?,
        expires_at: at(row.int(4)?),
        created_at: at(row.int(5)?),
        last_rotated_at: at(row.int(6)?),
        revoked_at: row.opt_int(7)?.map(at),
    })
}
