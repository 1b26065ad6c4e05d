//! The table of users: every statement about it, and the row they read.

use crate::proofs::password::PasswordHash;
use crate::token::Floor;
use kernel::{Role, TenantId, Timestamp, TypedId, UserId};
use store::{Row, StoreError, Tx, params};

/// A user who was not deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The id.
    pub id: UserId,
    /// The tenant; none for a global account.
    pub tenant: Option<TenantId>,
    /// As its owner writes it.
    pub email: String,
    /// How the password is kept.
    pub password_hash: PasswordHash,
    /// What to call them.
    pub name: String,
    /// With spaces, as entered.
    pub phone: Option<String>,
    /// Where the picture lies.
    pub avatar_url: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Whether the address was proved.
    pub email_verified: bool,
    /// When they last logged in.
    pub last_login_at: Option<Timestamp>,
    /// False: switched off by an administrator.
    pub is_active: bool,
    /// Access tokens of an earlier epoch are over.
    pub token_epoch: i64,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// A user to be.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The id.
    pub id: UserId,
    /// The tenant; none for a global account.
    pub tenant: Option<TenantId>,
    /// The address.
    pub email: crate::Email,
    /// The password, hashed.
    pub password_hash: PasswordHash,
    /// What to call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

const COLUMNS_BY_ID: &str = "SELECT id, tenant_id, email, password_hash, name, phone, avatar_url, role,
       email_verified, last_login_at, is_active, token_epoch, created_at
  FROM users WHERE id = $1 AND deleted_at IS NULL";

const COLUMNS_BY_ID_LOCKED: &str =
    "SELECT id, tenant_id, email, password_hash, name, phone, avatar_url, role,
       email_verified, last_login_at, is_active, token_epoch, created_at
  FROM users WHERE id = $1 AND deleted_at IS NULL FOR UPDATE";

const COLUMNS_BY_EMAIL: &str = "SELECT id, tenant_id, email, password_hash, name, phone, avatar_url, role,
       email_verified, last_login_at, is_active, token_epoch, created_at
  FROM users WHERE COALESCE(tenant_id, 0) = $1 AND email_key = $2 AND deleted_at IS NULL";

/// Adds a user. False: the address is taken within the tenant (or among those without one).
pub fn insert(tx: &mut Tx<'_>, now: Timestamp, user: &NewUser) -> Result<bool, StoreError> {
    let added = tx.execute(
        "INSERT INTO users (id, tenant_id, email, email_key, password_hash, name, role, email_verified, is_active,
                            token_epoch, epoch_changed_at, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, FALSE, TRUE, 0, $8, $8, $8)
         ON CONFLICT DO NOTHING",
        params![
            user.id.as_i64(),
            user.tenant.map(TypedId::as_i64),
            user.email.as_str(),
            user.email.key(),
            user.password_hash.as_str(),
            user.name.as_str(),
            user.role.as_str(),
            now
        ],
    )?;
    Ok(added == 1)
}

/// The user with this id.
pub fn by_id(tx: &mut Tx<'_>, id: UserId) -> Result<Option<User>, StoreError> {
    tx.query_opt(COLUMNS_BY_ID, params![id.as_i64()], read)
}

/// The user with this id, kept from change by others until the transaction ends.
pub fn by_id_locked(tx: &mut Tx<'_>, id: UserId) -> Result<Option<User>, StoreError> {
    let sql = tx.pick(COLUMNS_BY_ID, COLUMNS_BY_ID_LOCKED);
    tx.query_opt(sql, params![id.as_i64()], read)
}

/// Who logs in with this address on the site of `tenant`: the tenant's own user, else a global account.
pub fn by_email(
    tx: &mut Tx<'_>,
    tenant: Option<TenantId>,
    email_key: &str,
) -> Result<Option<User>, StoreError> {
    // What is no address was never stored; PostgreSQL would take a NUL for an error of ours.
    if crate::Email::parse(email_key).is_err() {
        return Ok(None);
    }
    if let Some(tenant) = tenant
        && let Some(user) = tx.query_opt(COLUMNS_BY_EMAIL, params![tenant.as_i64(), email_key], read)?
    {
        return Ok(Some(user));
    }
    tx.query_opt(COLUMNS_BY_EMAIL, params![0_i64, email_key], read)
}

/// The highest cost of any stored password hash, for [`crate::Passwords::track_cost`]; 0 when there is none.
pub fn highest_cost(tx: &mut Tx<'_>) -> Result<u32, StoreError> {
    let sql =
        "SELECT COALESCE(MAX(SUBSTR(password_hash, 5, 2)), '0') FROM users WHERE password_hash LIKE '$2_$%'";
    let cost = tx.query_one(sql, &[], |row| row.text(0))?;
    Ok(cost.parse().unwrap_or(0))
}

/// Changes name, phone and picture.
pub fn set_profile(tx: &mut Tx<'_>, now: Timestamp, user: &User) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE users SET name = $2, phone = $3, avatar_url = $4, updated_at = $5 WHERE id = $1",
        params![user.id.as_i64(), user.name.as_str(), user.phone.as_deref(), user.avatar_url.as_deref(), now],
    )?;
    Ok(())
}

/// Records a log-in, and keeps a renewed hash of the same password.
pub fn record_login(
    tx: &mut Tx<'_>,
    now: Timestamp,
    id: UserId,
    rehashed: Option<&PasswordHash>,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE users SET last_login_at = $2, password_hash = COALESCE(CAST($3 AS TEXT), password_hash)
         WHERE id = $1",
        params![id.as_i64(), now, rehashed.map(PasswordHash::as_str)],
    )?;
    Ok(())
}

/// Changes the password.
pub fn set_password(
    tx: &mut Tx<'_>,
    now: Timestamp,
    id: UserId,
    hash: &PasswordHash,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE users SET password_hash = $2, updated_at = $3 WHERE id = $1",
        params![id.as_i64(), hash.as_str(), now],
    )?;
    Ok(())
}

/// Ends every access token minted so far; the new epoch. Errors: there is no such user.
pub fn raise_epoch(tx: &mut Tx<'_>, now: Timestamp, id: UserId) -> Result<i64, StoreError> {
    tx.query_one(
        "UPDATE users SET token_epoch = token_epoch + 1, epoch_changed_at = $2, updated_at = $2
         WHERE id = $1 RETURNING token_epoch",
        params![id.as_i64(), now],
        |row| row.int(0),
    )
}

/// How many users of `role` in `tenant` are switched on.
pub fn active_count(tx: &mut Tx<'_>, tenant: Option<TenantId>, role: Role) -> Result<i64, StoreError> {
    tx.query_one(
        "SELECT COUNT(*) FROM users
         WHERE COALESCE(tenant_id, 0) = $1 AND role = $2 AND is_active AND deleted_at IS NULL",
        params![tenant.map_or(0, TypedId::as_i64), role.as_str()],
        |row| row.int(0),
    )
}

/// Switches a user on or off.
pub fn set_active(tx: &mut Tx<'_>, now: Timestamp, id: UserId, active: bool) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE users SET is_active = $2, updated_at = $3 WHERE id = $1",
        params![id.as_i64(), active, now],
    )?;
    Ok(())
}

/// Gives a user another role.
pub fn set_role(tx: &mut Tx<'_>, now: Timestamp, id: UserId, role: Role) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE users SET role = $2, updated_at = $3 WHERE id = $1",
        params![id.as_i64(), role.as_str(), now],
    )?;
    Ok(())
}

/// The users of a tenant whose address begins with `begins`, by address, at most `limit`.
pub fn of_tenant(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    begins: &str,
    limit: i64,
) -> Result<Vec<User>, StoreError> {
    if begins.contains('\0') {
        return Ok(Vec::new());
    }
    tx.query(
        "SELECT id, tenant_id, email, password_hash, name, phone, avatar_url, role,
                email_verified, last_login_at, is_active, token_epoch, created_at
           FROM users WHERE COALESCE(tenant_id, 0) = $1 AND substr(email_key, 1, $3) = $2 AND deleted_at IS NULL
          ORDER BY email_key LIMIT $4",
        params![tenant.as_i64(), begins, i64::try_from(begins.chars().count()).unwrap_or(i64::MAX), limit],
        read,
    )
}

/// What [`crate::Revocations`] must know: who is switched off or deleted, and whose epoch changed after `since`.
pub fn floors(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<(UserId, Floor)>, StoreError> {
    tx.query(
        "SELECT id, token_epoch, is_active AND deleted_at IS NULL FROM users
         WHERE NOT is_active OR deleted_at IS NOT NULL
         UNION ALL
         SELECT id, token_epoch, TRUE FROM users
         WHERE token_epoch > 0 AND epoch_changed_at > $1 AND is_active AND deleted_at IS NULL",
        params![since],
        |row| {
            let floor = if row.bool(2)? { Floor::Epoch(row.int(1)?) } else { Floor::Inactive };
            Ok((UserId(row.int(0)?), floor))
        },
    )
}

fn read(row: &Row<'_>) -> Result<User, StoreError> {
    let role = row.text(7)?;
    Ok(User {
        id: UserId(row.int(0)?),
        tenant: row.opt_int(1)?.map(TenantId),
        email: row.text(2)?,
        password_hash: PasswordHash::from_stored(row.text(3)?),
        name: row.text(4)?,
        phone: row.opt_text(5)?,
        avatar_url: row.opt_text(6)?,
        role: Role::new(&role).ok_or_else(|| StoreError::Corrupt(format!("user role {role}")))?,
        email_verified: row.bool(8)?,
        last_login_at: row.opt_int(9)?.map(Timestamp::from_micros),
        is_active: row.bool(10)?,
        token_epoch: row.int(11)?,
        created_at: Timestamp::from_micros(row.int(12)?),
    })
}
