//! API keys in rows: known by their hash alone.

use crate::domain::ids::ApiKeyId;
use kernel::{Timestamp, UserId};
use store::{Row, StoreError, Tx, params};

/// A key as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyRow {
    /// The number.
    pub id: ApiKeyId,
    /// Whose.
    pub user: UserId,
    /// What its owner calls it.
    pub name: String,
    /// How it begins.
    pub prefix: String,
    /// What a list shows of it.
    pub mask: String,
    /// SHA-256, hex.
    pub hash: String,
    /// Names of scopes with commas between them.
    pub permissions: String,
    /// Addresses and networks with commas between them; empty: everywhere.
    pub allowed_ips: String,
    /// False: taken back.
    pub is_active: bool,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

macro_rules! columns {
    () => {
        "id, user_id, name, prefix, mask, key_hash, permissions, allowed_ips, is_active, last_used_at, expires_at, created_at"
    };
}

/// Inserts a key.
pub fn insert(tx: &mut Tx<'_>, key: &ApiKeyRow) -> Result<(), StoreError> {
    let sql = "INSERT INTO user_api_keys (id, user_id, name, prefix, mask, key_hash, permissions, allowed_ips, is_active,
                 expires_at, info, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, TRUE, $9, '{}', $10, $10)";
    let row = params![
        key.id.0,
        key.user.0,
        key.name.as_str(),
        key.prefix.as_str(),
        key.mask.as_str(),
        key.hash.as_bytes(),
        key.permissions.as_str(),
        key.allowed_ips.as_str(),
        key.expires_at,
        key.created_at
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// The newest key of that hash, active or not.
pub fn by_hash(tx: &mut Tx<'_>, hash: &str) -> Result<Option<ApiKeyRow>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM user_api_keys WHERE key_hash = $1 ORDER BY is_active DESC, id DESC LIMIT 1"
    );
    tx.query_opt(sql, params![hash.as_bytes()], read)
}

/// A user's keys, newest first.
pub fn of_user(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<ApiKeyRow>, StoreError> {
    let sql =
        concat!("SELECT ", columns!(), " FROM user_api_keys WHERE user_id = $1 ORDER BY id DESC LIMIT 1000");
    tx.query(sql, params![user.0], read)
}

/// A user's key.
pub fn find(tx: &mut Tx<'_>, user: UserId, id: ApiKeyId) -> Result<Option<ApiKeyRow>, StoreError> {
    let sql = concat!("SELECT ", columns!(), " FROM user_api_keys WHERE id = $1 AND user_id = $2");
    tx.query_opt(sql, params![id.0, user.0], read)
}

/// Takes an active key back. False: it is not active.
pub fn revoke(
    tx: &mut Tx<'_>,
    id: ApiKeyId,
    by: Option<ApiKeyId>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "UPDATE user_api_keys SET is_active = FALSE, replaced_by = $2, updated_at = $3 WHERE id = $1 AND is_active";
    Ok(tx.execute(sql, params![id.0, by.map(|by| by.0), now])? == 1)
}

/// Notes a use, at most once a minute: a busy key must not write with every read.
pub fn record_use(tx: &mut Tx<'_>, id: ApiKeyId, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE user_api_keys SET last_used_at = $2 WHERE id = $1";
    tx.execute(sql, params![id.0, now])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<ApiKeyRow, StoreError> {
    Ok(ApiKeyRow {
        id: ApiKeyId(row.int(0)?),
        user: UserId(row.int(1)?),
        name: row.text(2)?,
        prefix: row.text(3)?,
        mask: row.text(4)?,
        hash: String::from_utf8_lossy(&row.blob(5)?).into_owned(),
        permissions: row.text(6)?,
        allowed_ips: row.text(7)?,
        is_active: row.bool(8)?,
        last_used_at: row.opt_int(9)?.map(Timestamp::from_micros),
        expires_at: row.opt_int(10)?.map(Timestamp::from_micros),
        created_at: Timestamp::from_micros(row.int(11)?),
    })
}
