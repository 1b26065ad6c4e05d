//! Users, in rows.

use crate::domain::role::HeldRoles;
use crate::domain::user::{User, UserStatus};
use kernel::{Timestamp, UserId};
use store::{Row, StoreError, Tx, params};

/// The columns of a user, in the order in which they are read.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, tg_user_id, nickname, username, first_name, last_name, language, roles, token_version, status, ",
            "created_at FROM users ",
            $rest
        )
    };
}

/// The user of this number.
pub fn by_id(tx: &mut Tx<'_>, id: UserId) -> Result<Option<User>, StoreError> {
    tx.query_opt(select!("WHERE id = $1"), params![id.0], read)
}

/// The user of this number at Telegram.
pub fn by_telegram(tx: &mut Tx<'_>, tg_user_id: i64) -> Result<Option<User>, StoreError> {
    tx.query_opt(select!("WHERE tg_user_id = $1"), params![tg_user_id], read)
}

/// The user of this number, whose row nobody else changes until the transaction ends.
pub fn lock(tx: &mut Tx<'_>, id: UserId) -> Result<Option<User>, StoreError> {
    let sql = tx.pick(select!("WHERE id = $1"), select!("WHERE id = $1 FOR UPDATE"));
    tx.query_opt(sql, params![id.0], read)
}

/// How many may correct money; none of them changes until the transaction ends.
pub fn count_superadmins(tx: &mut Tx<'_>) -> Result<usize, StoreError> {
    let sql = tx.pick(
        "SELECT id FROM users WHERE roles LIKE '%superadmin%' AND status = 'active' ORDER BY id",
        "SELECT id FROM users WHERE roles LIKE '%superadmin%' AND status = 'active' ORDER BY id FOR UPDATE",
    );
    Ok(tx.query(sql, &[], |row| row.int(0))?.len())
}

/// A new user. Errors: `Unique` where Telegram's number has one.
pub fn insert(tx: &mut Tx<'_>, user: &User) -> Result<(), StoreError> {
    let sql = "INSERT INTO users (id, tg_user_id, nickname, username, first_name, last_name, language, roles, token_version,
                 status, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)";
    let row = params![
        user.id.0,
        user.tg_user_id,
        user.nickname.clone(),
        user.username.clone(),
        user.first_name.clone(),
        user.last_name.clone(),
        &user.language,
        user.roles.stored(),
        user.token_version,
        user.status.as_str(),
        user.created_at
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// Writes everything that can change of a user.
pub fn update(tx: &mut Tx<'_>, user: &User, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE users SET tg_user_id = $2, nickname = $3, username = $4, first_name = $5, last_name = $6, language = $7,
                 roles = $8, token_version = $9, status = $10, updated_at = $11 WHERE id = $1";
    let row = params![
        user.id.0,
        user.tg_user_id,
        user.nickname.clone(),
        user.username.clone(),
        user.first_name.clone(),
        user.last_name.clone(),
        &user.language,
        user.roles.stored(),
        user.token_version,
        user.status.as_str(),
        now
    ];
    match tx.execute(sql, row)? {
        1 => Ok(()),
        _ => Err(StoreError::Corrupt(format!("user {} is gone", user.id.0))),
    }
}

/// Whether anybody may correct money.
pub fn has_superadmin(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    let sql = "SELECT COUNT(*) FROM users WHERE roles LIKE '%superadmin%'";
    tx.query_one(sql, &[], |row| Ok(row.int(0)? > 0))
}

/// Ends every access token of a user; the version that tokens need from now on.
pub fn raise_token_version(tx: &mut Tx<'_>, id: UserId, now: Timestamp) -> Result<i64, StoreError> {
    let sql = "UPDATE users SET token_version = token_version + 1, updated_at = $2 WHERE id = $1";
    tx.execute(sql, params![id.0, now])?;
    let sql = "SELECT token_version FROM users WHERE id = $1";
    tx.query_opt(sql, params![id.0], |row| row.int(0))?
        .ok_or_else(|| StoreError::Corrupt(format!("user {} is gone", id.0)))
}

/// Whose tokens are over: users who may not sign in (none), and the versions of users that changed after `since`.
pub fn floors(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<(UserId, Option<i64>)>, StoreError> {
    let sql = "SELECT id, status, token_version FROM users
               WHERE status <> 'active' OR (token_version > 0 AND updated_at > $1)";
    tx.query(sql, params![since], |row| {
        let floor = match row.text(1)?.as_str() {
            "active" => Some(row.int(2)?),
            _ => None,
        };
        Ok((UserId(row.int(0)?), floor))
    })
}

/// The largest number of a user; 0 when there is none.
pub fn newest(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    tx.query_one("SELECT COALESCE(MAX(id), 0) FROM users", &[], |row| row.int(0))
}

fn read(row: &Row<'_>) -> Result<User, StoreError> {
    let (roles, status) = (row.text(7)?, row.text(9)?);
    Ok(User {
        id: UserId(row.int(0)?),
        tg_user_id: row.int(1)?,
        nickname: row.opt_text(2)?,
        username: row.opt_text(3)?,
        first_name: row.opt_text(4)?,
        last_name: row.opt_text(5)?,
        language: row.text(6)?,
        roles: HeldRoles::from_stored(&roles)
            .ok_or_else(|| StoreError::Corrupt(format!("a user has the roles '{roles}'")))?,
        token_version: row.int(8)?,
        status: UserStatus::parse(&status)
            .ok_or_else(|| StoreError::Corrupt(format!("a user is '{status}'")))?,
        created_at: Timestamp::from_micros(row.int(10)?),
    })
}
