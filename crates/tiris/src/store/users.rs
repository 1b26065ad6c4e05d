//! Users in rows.

use kernel::{Role, Timestamp, UserId};
use store::{BulkSql, Column, Row, StoreError, Tx, params};

/// Where an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UserStatus {
    /// It may be used.
    Active,
    /// It was switched off.
    Disabled,
    /// It was erased; the row stays for the ledger.
    Deleted,
}

impl UserStatus {
    /// As written in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Deleted => "deleted",
        }
    }

    fn read(word: &str) -> Result<Self, StoreError> {
        [Self::Active, Self::Disabled, Self::Deleted]
            .into_iter()
            .find(|status| status.as_str() == word)
            .ok_or_else(|| StoreError::Corrupt(format!("users.status '{word}'")))
    }
}

/// The settings of who has just signed up.
#[must_use]
pub fn first_settings() -> String {
    serde_json::json!({"timezone": "UTC", "currency": "USD", "notifications": true}).to_string()
}

/// A user as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The number.
    pub id: UserId,
    /// Unique but for its case.
    pub username: String,
    /// Unique but for its case; none for who signed in without one.
    pub email: Option<String>,
    /// Whether the address was confirmed.
    pub email_verified: bool,
    /// Address of a picture; empty for none.
    pub avatar: String,
    /// A JSON object.
    pub settings: String,
    /// A JSON object.
    pub info: String,
    /// What the user may do.
    pub role: Role,
    /// Of the password, self-describing; none for who has no password.
    pub password_hash: Option<String>,
    /// Tokens of an earlier epoch are over.
    pub token_epoch: i64,
    /// Where the account stands.
    pub status: UserStatus,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was erased.
    pub deleted_at: Option<Timestamp>,
}

impl User {
    /// An account as it begins: active, an ordinary user's, without an address or a password.
    #[must_use]
    pub fn new(id: UserId, username: String, now: Timestamp) -> Self {
        Self {
            id,
            username,
            email: None,
            email_verified: false,
            avatar: String::new(),
            settings: "{}".to_owned(),
            info: "{}".to_owned(),
            role: crate::domain::role::USER,
            password_hash: None,
            token_epoch: 0,
            status: UserStatus::Active,
            created_at: now,
            updated_at: now,
            deleted_at: None,
        }
    }
}

macro_rules! columns {
    () => {
        "id, username, email, email_verified, avatar, settings, info, role, password_hash, token_epoch, status, created_at,
         updated_at, deleted_at"
    };
}

const STATUS: BulkSql = BulkSql {
    sqlite: "SELECT status FROM users WHERE id = $1",
    postgres: "SELECT u.at, s.status FROM UNNEST($1::bigint[]) WITH ORDINALITY AS u(id, at)
               CROSS JOIN LATERAL (SELECT status FROM users WHERE id = u.id OFFSET 0 FOR NO KEY UPDATE) s",
};

/// Inserts a user. Errors: `Unique` where the name or the address is taken.
pub fn insert(tx: &mut Tx<'_>, user: &User) -> Result<(), StoreError> {
    let sql = concat!(
        "INSERT INTO users (",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
    );
    let fields = params![
        user.id.0,
        &user.username,
        user.email.clone(),
        user.email_verified,
        &user.avatar,
        &user.settings,
        &user.info,
        user.role.as_str(),
        user.password_hash.clone(),
        user.token_epoch,
        user.status.as_str(),
        user.created_at,
        user.updated_at,
        user.deleted_at,
    ];
    tx.execute(sql, fields)?;
    Ok(())
}

/// The user of this number.
pub fn find(tx: &mut Tx<'_>, id: UserId) -> Result<Option<User>, StoreError> {
    tx.query_opt(concat!("SELECT ", columns!(), " FROM users WHERE id = $1"), params![id.0], read)
}

/// Whether each of these users is active, locked in the order of their numbers: whoever changes what belongs to a user holds
/// this row, so that nothing of one user is decided twice at once. Unknown numbers are left out.
pub fn lock(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<(i64, bool)>, StoreError> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let mut found = Vec::with_capacity(ids.len());
    tx.bulk_query(STATUS, &[Column::Int(&ids)], |at, row, first| {
        found.push((ids[at], row.text(first)? == UserStatus::Active.as_str()));
        Ok(())
    })?;
    Ok(found)
}

/// Whether one user is active; the row is locked.
pub fn lock_one(tx: &mut Tx<'_>, id: UserId) -> Result<bool, StoreError> {
    Ok(lock(tx, &[id.0])?.first().is_some_and(|(_, is_active)| *is_active))
}

/// The newest number of a user.
pub fn newest(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    tx.query_one("SELECT COALESCE(MAX(id), 0) FROM users", &[], |row| row.int(0))
}

fn read(row: &Row<'_>) -> Result<User, StoreError> {
    let role = row.text(7)?;
    Ok(User {
        id: UserId(row.int(0)?),
        username: row.text(1)?,
        email: row.opt_text(2)?,
        email_verified: row.bool(3)?,
        avatar: row.text(4)?,
        settings: row.text(5)?,
        info: row.text(6)?,
        role: Role::new(&role).ok_or_else(|| StoreError::Corrupt(format!("users.role '{role}'")))?,
        password_hash: row.opt_text(8)?,
        token_epoch: row.int(9)?,
        status: UserStatus::read(&row.text(10)?)?,
        created_at: Timestamp::from_micros(row.int(11)?),
        updated_at: Timestamp::from_micros(row.int(12)?),
        deleted_at: row.opt_int(13)?.map(Timestamp::from_micros),
    })
}

/// The live user of an address, whatever its case.
pub fn by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<User>, StoreError> {
    let sql = concat!("SELECT ", columns!(), " FROM users WHERE lower(email) = lower($1)");
    tx.query_opt(sql, params![email], read)
}

/// Whether a name is taken, whatever its case.
pub fn name_is_taken(tx: &mut Tx<'_>, name: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM users WHERE lower(username) = lower($1)";
    Ok(tx.query_opt(sql, params![name], |_| Ok(()))?.is_some())
}

/// Keeps a newer picture.
pub fn set_avatar(tx: &mut Tx<'_>, id: UserId, avatar: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("UPDATE users SET avatar = $2, updated_at = $3 WHERE id = $1", params![id.0, avatar, now])?;
    Ok(())
}

/// Gives a user a role.
pub fn set_role(tx: &mut Tx<'_>, id: UserId, role: Role, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "UPDATE users SET role = $2, updated_at = $3 WHERE id = $1 AND status <> 'deleted'";
    Ok(tx.execute(sql, params![id.0, role.as_str(), now])? == 1)
}

/// Switches a user on or off.
pub fn set_status(
    tx: &mut Tx<'_>,
    id: UserId,
    status: UserStatus,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "UPDATE users SET status = $2, updated_at = $3 WHERE id = $1 AND status <> 'deleted'";
    Ok(tx.execute(sql, params![id.0, status.as_str(), now])? == 1)
}

/// A page of all users that were not erased, newest first.
pub fn page(tx: &mut Tx<'_>, limit: i64, offset: i64) -> Result<Vec<User>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM users WHERE status <> 'deleted' ORDER BY id DESC LIMIT $1 OFFSET $2"
    );
    tx.query(sql, params![limit, offset], read)
}

/// How many users were not erased.
pub fn count(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM users WHERE status <> 'deleted'";
    tx.query_one(sql, &[], |row| row.int(0))
}

/// Keeps name, picture, settings and info.
pub fn set_profile(tx: &mut Tx<'_>, user: &User) -> Result<(), StoreError> {
    let sql = "UPDATE users SET username = $2, avatar = $3, settings = $4, info = $5, updated_at = $6 WHERE id = $1";
    let row = params![
        user.id.0,
        user.username.as_str(),
        user.avatar.as_str(),
        user.settings.as_str(),
        user.info.as_str(),
        user.updated_at
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// Takes everything personal out of a user's row and of the rows that only served to sign in.
pub fn erase(tx: &mut Tx<'_>, id: UserId, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE users SET username = $2, email = NULL, email_verified = FALSE, avatar = '', settings = '{}', info = '{}',
                 password_hash = NULL, status = 'deleted', updated_at = $3, deleted_at = $3 WHERE id = $1";
    tx.execute(sql, params![id.0, format!("erased_{}", id.0), now])?;
    tx.execute("DELETE FROM oauth_tokens WHERE user_id = $1", params![id.0])?;
    let bindings = "UPDATE exchange_bindings SET deleted_at = COALESCE(deleted_at, $2), updated_at = $2, data_key = NULL,
                      key_version = NULL, api_key = NULL, api_secret = NULL, passphrase = NULL, api_key_fingerprint = NULL,
                      api_secret_fingerprint = NULL, api_key_mask = NULL, info = '{}' WHERE user_id = $1";
    tx.execute(bindings, params![id.0, now])?;
    let keys = "UPDATE user_api_keys SET is_active = FALSE, updated_at = $2 WHERE user_id = $1 AND is_active";
    tx.execute(keys, params![id.0, now])?;
    Ok(())
}
