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
