//! Keys of bindings and tokens of providers in rows, sealed; and the walk that wraps their data keys anew.

use crate::domain::ids::ExchangeBindingId;
use kernel::{Timestamp, UserId};
use store::{StoreError, Tx, params};

/// Keys as they lie in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedKeys {
    /// The wrapped data key of the row.
    pub data_key: Vec<u8>,
    /// Sealed.
    pub api_key: Vec<u8>,
    /// Sealed.
    pub api_secret: Vec<u8>,
    /// Sealed, where the exchange wants one.
    pub passphrase: Option<Vec<u8>>,
}

/// By what the same keys are found again without opening them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprints {
    /// Of the key.
    pub api_key: [u8; 32],
    /// Of its secret.
    pub api_secret: [u8; 32],
}

/// Sealed keys, their fingerprints and what a list shows.
#[derive(Debug, Clone)]
pub struct NewKeys {
    /// Sealed.
    pub sealed: SealedKeys,
    /// The version of the key that wraps the data key.
    pub key_version: i64,
    /// For the next who sends the same.
    pub fingerprints: Fingerprints,
    /// For lists.
    pub mask: String,
}

/// Keeps keys in place of those that were there.
pub fn set(tx: &mut Tx<'_>, id: ExchangeBindingId, keys: &NewKeys, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE exchange_bindings SET data_key = $2, key_version = $3, api_key = $4, api_secret = $5, passphrase = $6,
                 api_key_mask = $7, api_key_fingerprint = $8, api_secret_fingerprint = $9, updated_at = $10 WHERE id = $1";
    let row = params![
        id.0,
        keys.sealed.data_key.as_slice(),
        keys.key_version,
        keys.sealed.api_key.as_slice(),
        keys.sealed.api_secret.as_slice(),
        keys.sealed.passphrase.as_deref(),
        &keys.mask,
        keys.fingerprints.api_key.as_slice(),
        keys.fingerprints.api_secret.as_slice(),
        now,
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// The sealed keys of a live binding.
pub fn find(tx: &mut Tx<'_>, id: ExchangeBindingId) -> Result<Option<SealedKeys>, StoreError> {
    let sql = "SELECT data_key, api_key, api_secret, passphrase FROM exchange_bindings
               WHERE id = $1 AND deleted_at IS NULL AND data_key IS NOT NULL";
    tx.query_opt(sql, params![id.0], |row| {
        Ok(SealedKeys {
            data_key: row.blob(0)?,
            api_key: row.blob(1)?,
            api_secret: row.blob(2)?,
            passphrase: row.opt_blob(3)?,
        })
    })
}

/// Which of a user's other live bindings have this key, and which this secret.
pub fn is_known(
    tx: &mut Tx<'_>,
    user: UserId,
    but: ExchangeBindingId,
    prints: &Fingerprints,
) -> Result<(bool, bool), StoreError> {
    let mut has = |sql, print: &[u8]| {
        let found = tx.query_opt(sql, params![user.0, but.0, print], |_| Ok(()))?;
        Ok::<_, StoreError>(found.is_some())
    };
    let key = "SELECT 1 FROM exchange_bindings WHERE user_id = $1 AND id <> $2 AND api_key_fingerprint = $3
                 AND deleted_at IS NULL";
    let secret =
        "SELECT 1 FROM exchange_bindings WHERE user_id = $1 AND id <> $2 AND api_secret_fingerprint = $3
                    AND deleted_at IS NULL";
    Ok((has(key, &prints.api_key)?, has(secret, &prints.api_secret)?))
}

/// A table whose rows have data keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyedTable {
    /// Keys of bindings.
    Bindings,
    /// Tokens of providers.
    Tokens,
}

impl KeyedTable {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Bindings, Self::Tokens];

    /// Its name, to which sealed values are bound.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bindings => "exchange_bindings",
            Self::Tokens => "oauth_tokens",
        }
    }
}

/// Rows whose data key another version wraps than `current`, at most `limit`.
pub fn wrapped_otherwise(
    tx: &mut Tx<'_>,
    table: KeyedTable,
    current: i64,
    limit: i64,
) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    let sql = match table {
        KeyedTable::Bindings => {
            "SELECT id, data_key FROM exchange_bindings WHERE data_key IS NOT NULL AND key_version <> $1 ORDER BY id LIMIT $2"
        }
        KeyedTable::Tokens => {
            "SELECT id, data_key FROM oauth_tokens WHERE data_key IS NOT NULL AND key_version <> $1 ORDER BY id LIMIT $2"
        }
    };
    tx.query(sql, params![current, limit], |row| Ok((row.int(0)?, row.blob(1)?)))
}

/// Keeps a data key that was wrapped anew; false where the row changed meanwhile.
pub fn set_wrapped(
    tx: &mut Tx<'_>,
    table: KeyedTable,
    (id, old): (i64, &[u8]),
    (wrapped, version): (&[u8], i64),
) -> Result<bool, StoreError> {
    let sql = match table {
        KeyedTable::Bindings => {
            "UPDATE exchange_bindings SET data_key = $2, key_version = $3 WHERE id = $1 AND data_key = $4"
        }
        KeyedTable::Tokens => {
            "UPDATE oauth_tokens SET data_key = $2, key_version = $3 WHERE id = $1 AND data_key = $4"
        }
    };
    Ok(tx.execute(sql, params![id, wrapped, version, old])? == 1)
}

/// How many rows each version of the key wraps, over both tables.
pub fn by_version(tx: &mut Tx<'_>) -> Result<Vec<(i64, i64)>, StoreError> {
    let sql = "SELECT key_version, CAST(COUNT(*) AS BIGINT) FROM (
                 SELECT key_version FROM exchange_bindings WHERE data_key IS NOT NULL
                 UNION ALL SELECT key_version FROM oauth_tokens WHERE data_key IS NOT NULL) AS wrapped
               GROUP BY key_version ORDER BY key_version";
    tx.query(sql, &[], |row| Ok((row.int(0)?, row.int(1)?)))
}
