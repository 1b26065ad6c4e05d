//! Sign-ins with providers: those that are under way, by the hash of their state, and whom a provider proved.

use kernel::{Timestamp, UserId};
use store::{StoreError, Tx, params};

/// A sign-in that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// With whom.
    pub provider: String,
    /// At which of its doors.
    pub mode: String,
    /// Where the browser returns to.
    pub redirect_uri: String,
    /// When.
    pub created_at: Timestamp,
}

/// Keeps a begun sign-in.
pub fn begin(tx: &mut Tx<'_>, hash: &[u8], begun: &Begun, until: Timestamp) -> Result<(), StoreError> {
    let sql = "INSERT INTO oauth_states (state_hash, provider, mode, redirect_uri, created_at, expires_at)
               VALUES ($1, $2, $3, $4, $5, $6)";
    let row = params![
        hash,
        begun.provider.as_str(),
        begun.mode.as_str(),
        begun.redirect_uri.as_str(),
        begun.created_at,
        until
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// Takes a begun sign-in away: it is good once.
pub fn take(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Begun>, StoreError> {
    let sql =
        "DELETE FROM oauth_states WHERE state_hash = $1 RETURNING provider, mode, redirect_uri, created_at";
    tx.query_opt(sql, params![hash], |row| {
        Ok(Begun {
            provider: row.text(0)?,
            mode: row.text(1)?,
            redirect_uri: row.text(2)?,
            created_at: Timestamp::from_micros(row.int(3)?),
        })
    })
}

/// Forgets those that nobody came back from, at most `limit`; how many.
pub fn purge(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<u64, StoreError> {
    let sql = "DELETE FROM oauth_states WHERE state_hash IN
                 (SELECT state_hash FROM oauth_states WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
    tx.execute(sql, params![now, limit])
}

/// A provider's name for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject<'s> {
    /// Which provider.
    pub provider: &'s str,
    /// Which application of ours; empty where there is one.
    pub app_id: &'s str,
    /// The name.
    pub id: &'s str,
    /// The name that all applications share.
    pub union_id: Option<&'s str>,
}

/// Whom a provider's name belongs to: the name all applications share first, then this application's.
pub fn user_of(tx: &mut Tx<'_>, subject: Subject<'_>) -> Result<Option<UserId>, StoreError> {
    if let Some(union_id) = subject.union_id {
        let sql = "SELECT MIN(user_id) FROM oauth_tokens WHERE provider = $1 AND union_id = $2 AND deleted_at IS NULL";
        let found = tx.query_one(sql, params![subject.provider, union_id], |row| row.opt_int(0))?;
        if found.is_some() {
            return Ok(found.map(UserId));
        }
    }
    let sql = "SELECT user_id FROM oauth_tokens WHERE provider = $1 AND app_id = $2 AND provider_user_id = $3
                 AND deleted_at IS NULL";
    let row = params![subject.provider, subject.app_id, subject.id];
    Ok(tx.query_opt(sql, row, |row| row.int(0))?.map(UserId))
}

/// A provider's tokens, sealed.
#[derive(Debug, Clone, Default)]
pub struct SealedGrant {
    /// The wrapped data key of the row.
    pub data_key: Vec<u8>,
    /// The version of the key that wraps it.
    pub key_version: i64,
    /// Sealed.
    pub access_token: Vec<u8>,
    /// Sealed.
    pub refresh_token: Option<Vec<u8>>,
    /// What it is good for.
    pub scope: String,
    /// When the access token ends.
    pub expires_at: Timestamp,
}

/// The number of the row of a subject, if there is one.
pub fn row_of(tx: &mut Tx<'_>, subject: Subject<'_>) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT id FROM oauth_tokens WHERE provider = $1 AND app_id = $2 AND provider_user_id = $3
                 AND deleted_at IS NULL";
    tx.query_opt(sql, params![subject.provider, subject.app_id, subject.id], |row| row.int(0))
}

/// Keeps whom a provider proved, and what we may do there in their name.
pub fn save(
    tx: &mut Tx<'_>,
    (id, user): (i64, UserId),
    subject: Subject<'_>,
    grant: &SealedGrant,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO oauth_tokens (id, user_id, provider, provider_user_id, app_id, union_id, data_key, key_version,
           access_token, refresh_token, scope, expires_at, info, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '{}', $13, $13)
         ON CONFLICT (id) DO UPDATE SET union_id = COALESCE(excluded.union_id, oauth_tokens.union_id),
           data_key = excluded.data_key, key_version = excluded.key_version, access_token = excluded.access_token,
           refresh_token = excluded.refresh_token, scope = excluded.scope, expires_at = excluded.expires_at,
           updated_at = excluded.updated_at";
    let row = params![
        id,
        user.0,
        subject.provider,
        subject.id,
        subject.app_id,
        subject.union_id,
        grant.data_key.as_slice(),
        grant.key_version,
        grant.access_token.as_slice(),
        grant.refresh_token.as_deref(),
        grant.scope.as_str(),
        grant.expires_at,
        now
    ];
    tx.execute(sql, row)?;
    Ok(())
}
