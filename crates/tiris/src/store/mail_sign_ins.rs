//! Passwords, codes that confirm an address, invitations and failures to sign in, in rows. Codes are known by their hash.

use crate::domain::lockout::Failures;
use kernel::{Timestamp, UserId};
use store::{StoreError, Tx, params};

/// What is known of failures on a subject; its row is kept from others until the transaction ends.
pub fn failures(tx: &mut Tx<'_>, subject: &str) -> Result<Failures, StoreError> {
    let sql = tx.pick(
        "SELECT failures, first_at, locked_until, lockouts FROM sign_in_failures WHERE subject = $1",
        "SELECT failures, first_at, locked_until, lockouts FROM sign_in_failures WHERE subject = $1 FOR UPDATE",
    );
    let found = tx.query_opt(sql, params![subject], |row| {
        Ok(Failures {
            count: row.int(0)?,
            first_at: Timestamp::from_micros(row.int(1)?),
            locked_until: row.opt_int(2)?.map(Timestamp::from_micros),
            lockouts: row.int(3)?,
        })
    })?;
    Ok(found.unwrap_or_default())
}

/// Keeps what is known of failures on a subject.
pub fn set_failures(
    tx: &mut Tx<'_>,
    subject: &str,
    failures: &Failures,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO sign_in_failures (subject, failures, first_at, last_at, locked_until, lockouts)
               VALUES ($1, $2, $3, $4, $5, $6)
               ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures, first_at = excluded.first_at,
                 last_at = excluded.last_at, locked_until = excluded.locked_until, lockouts = excluded.lockouts";
    let row =
        params![subject, failures.count, failures.first_at, now, failures.locked_until, failures.lockouts];
    tx.execute(sql, row)?;
    Ok(())
}

/// Forgets failures on a subject.
pub fn clear_failures(tx: &mut Tx<'_>, subject: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM sign_in_failures WHERE subject = $1", params![subject])?;
    Ok(())
}

/// A code that confirms an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The number.
    pub id: i64,
    /// Which address.
    pub email: String,
    /// SHA-256 of the code with its number.
    pub hash: Vec<u8>,
    /// Wrong tries so far.
    pub attempts: i64,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Keeps a code in place of those that the user had.
pub fn insert_verification(
    tx: &mut Tx<'_>,
    user: UserId,
    code: &Verification,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute("DELETE FROM email_verifications WHERE user_id = $1 AND used_at IS NULL", params![user.0])?;
    let sql =
        "INSERT INTO email_verifications (id, user_id, email, code_hash, attempts, created_at, expires_at)
               VALUES ($1, $2, $3, $4, 0, $5, $6)";
    tx.execute(sql, params![code.id, user.0, &code.email, code.hash.as_slice(), now, code.expires_at])?;
    Ok(())
}

/// The user's code that was not used.
pub fn verification(tx: &mut Tx<'_>, user: UserId) -> Result<Option<Verification>, StoreError> {
    let sql = "SELECT id, email, code_hash, attempts, expires_at FROM email_verifications
               WHERE user_id = $1 AND used_at IS NULL ORDER BY id DESC LIMIT 1";
    tx.query_opt(sql, params![user.0], |row| {
        Ok(Verification {
            id: row.int(0)?,
            email: row.text(1)?,
            hash: row.blob(2)?,
            attempts: row.int(3)?,
            expires_at: Timestamp::from_micros(row.int(4)?),
        })
    })
}

/// One more wrong try.
pub fn count_attempt(tx: &mut Tx<'_>, id: i64) -> Result<(), StoreError> {
    tx.execute("UPDATE email_verifications SET attempts = attempts + 1 WHERE id = $1", params![id])?;
    Ok(())
}

/// The code was used: its address is confirmed.
pub fn confirm(tx: &mut Tx<'_>, user: UserId, code: &Verification, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("UPDATE email_verifications SET used_at = $2 WHERE id = $1", params![code.id, now])?;
    let sql =
        "UPDATE users SET email_verified = TRUE, updated_at = $2 WHERE id = $1 AND lower(email) = lower($3)";
    tx.execute(sql, params![user.0, now, &code.email])?;
    Ok(())
}

/// Takes away what somebody set up on an address that was never theirs: the password and the sign-ins.
pub fn take_over(tx: &mut Tx<'_>, user: UserId, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE users SET password_hash = NULL, email_verified = TRUE, updated_at = $2 WHERE id = $1";
    tx.execute(sql, params![user.0, now])?;
    Ok(())
}

/// Keeps a password's hash.
pub fn set_password(tx: &mut Tx<'_>, user: UserId, hash: &str, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE users SET password_hash = $2, updated_at = $3 WHERE id = $1";
    tx.execute(sql, params![user.0, hash, now])?;
    Ok(())
}

/// An invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invitation {
    /// The number.
    pub id: i64,
    /// Who used it.
    pub used_by: Option<UserId>,
    /// When it ends; none: never.
    pub expires_at: Option<Timestamp>,
}

/// Keeps an invitation by the hash of its code.
pub fn insert_invitation(
    tx: &mut Tx<'_>,
    (id, by): (i64, UserId),
    hash: &[u8],
    expires_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO invitations (id, code_hash, created_by, expires_at, info, created_at)
               VALUES ($1, $2, $3, $4, '{}', $5)";
    tx.execute(sql, params![id, hash, by.0, expires_at, now])?;
    Ok(())
}

/// The invitation of a code.
pub fn invitation(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Invitation>, StoreError> {
    let sql = "SELECT id, used_by, expires_at FROM invitations WHERE code_hash = $1";
    tx.query_opt(sql, params![hash], |row| {
        Ok(Invitation {
            id: row.int(0)?,
            used_by: row.opt_int(1)?.map(UserId),
            expires_at: row.opt_int(2)?.map(Timestamp::from_micros),
        })
    })
}

/// Uses it up; false where somebody did meanwhile.
pub fn use_invitation(tx: &mut Tx<'_>, id: i64, by: UserId, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "UPDATE invitations SET used_by = $2, used_at = $3 WHERE id = $1 AND used_by IS NULL";
    Ok(tx.execute(sql, params![id, by.0, now])? == 1)
}
