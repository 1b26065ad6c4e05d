//! The table of wallet sessions: the hash of each id, whose it is, and the key that signs in it.
//!
//! A session lives a day from its log-in, whatever its id: rotation gives it a new id and neither more time nor another
//! key. What does not live here: the sessions in memory, which are `live_sessions`'s.

use super::KeyDeriver;
use super::session_key::{NamedKey, SessionKey};
use super::users::stored_address;
use crate::Secret;
use kernel::{SignatureScheme, Timestamp, TypedId, UserId, WalletAddress};
use store::{Row, StoreError, Tx, params};

/// Seconds a session, and the key in it, is good for: a day.
pub const WALLET_SESSION_LIFETIME_S: i64 = 24 * 3600;
/// Seconds after which a session's id is due to be exchanged for a new one: half its life.
pub const ROTATION_AFTER_S: i64 = 12 * 3600;
/// Sessions a wallet may have; the oldest makes room. A person has about this many devices.
pub const SESSIONS_PER_WALLET_MAX: i64 = 5;
/// Sessions loaded at start, the newest; about 300 MB. The rest are found in the table when they are used.
pub(super) const LIVE_MAX: i64 = 500_000;

/// SHA-256 of a session's id: what is stored and looked up. Its `Debug` form hides it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionHash([u8; 32]);

impl SessionHash {
    /// Of the id itself.
    #[must_use]
    pub fn of(id: &Secret) -> Self {
        Self(id.hash().try_into().expect("SHA-256 has 32 bytes"))
    }

    /// Of what a caller shows as an id. None: it cannot be one.
    #[must_use]
    pub fn of_shown(shown: &str) -> Option<Self> {
        Secret::parse(shown).as_ref().map(Self::of)
    }

    /// Its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for SessionHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionHash(hidden)")
    }
}

/// A session to be.
#[derive(Debug, Clone)]
pub struct NewWalletSession {
    /// Of the id that its holder will show.
    pub hash: SessionHash,
    /// Whose; a user that exists.
    pub user: UserId,
    /// Their wallet.
    pub wallet: WalletAddress,
    /// What the log-in message named.
    pub key: NamedKey,
}

/// A session as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// Of its id.
    pub hash: SessionHash,
    /// Whose.
    pub user: UserId,
    /// Their wallet.
    pub wallet: WalletAddress,
    /// How it signs.
    pub scheme: SignatureScheme,
    /// The public key, or what the secret one is derived from.
    key_bytes: Vec<u8>,
    /// When its owner logged in.
    pub opened_at: Timestamp,
    /// Since when it has this id.
    pub id_since: Timestamp,
    /// When it is over.
    pub expires_at: Timestamp,
}

impl StoredSession {
    /// The row of a session that begins at `now`.
    #[must_use]
    pub fn opened(now: Timestamp, new: &NewWalletSession) -> Self {
        Self {
            hash: new.hash,
            user: new.user,
            wallet: new.wallet,
            scheme: new.key.scheme(),
            key_bytes: new.key.stored(&new.hash),
            opened_at: now,
            id_since: now,
            expires_at: now.plus_secs(WALLET_SESSION_LIFETIME_S),
        }
    }

    /// The key, ready to verify. Errors: the row holds no key of its scheme.
    pub fn key(&self, deriver: &KeyDeriver) -> Result<SessionKey, StoreError> {
        SessionKey::restore(self.scheme, &self.key_bytes, deriver)
            .ok_or_else(|| StoreError::Corrupt(format!("{} key of a session", self.scheme.as_str())))
    }

    /// What the holder of a `hmac-sha256` session is given once; none for the other schemes.
    #[must_use]
    pub fn issued_key(&self, deriver: &KeyDeriver) -> Option<super::DerivedKey> {
        let origin: [u8; 32] = self.key_bytes.as_slice().try_into().ok()?;
        (self.scheme == SignatureScheme::HmacSha256).then(|| deriver.derive(&origin))
    }
}

impl std::fmt::Debug for StoredSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredSession")
            .field("user", &self.user)
            .field("wallet", &self.wallet)
            .field("scheme", &self.scheme)
            .finish_non_exhaustive()
    }
}

/// What opening a session changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The new one.
    pub session: StoredSession,
    /// Older ones of the wallet that made room.
    pub ended: Vec<SessionHash>,
}

/// Opens a session, and ends the oldest ones of its wallet beyond [`SESSIONS_PER_WALLET_MAX`].
pub fn open(tx: &mut Tx<'_>, now: Timestamp, new: &NewWalletSession) -> Result<Opened, StoreError> {
    let ended = make_room(tx, new)?;
    let session = StoredSession::opened(now, new);
    tx.execute(
        "INSERT INTO wallet_sessions
           (id_hash, user_id, wallet, scheme, key_bytes, opened_at, id_since, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            session.hash.bytes().as_slice(),
            session.user.as_i64(),
            session.wallet.lower(),
            session.scheme.as_str(),
            session.key_bytes.as_slice(),
            session.opened_at,
            session.id_since,
            session.expires_at
        ],
    )?;
    Ok(Opened { session, ended })
}

/// The session of this id at `now`.
pub fn find(
    tx: &mut Tx<'_>,
    now: Timestamp,
    hash: &SessionHash,
) -> Result<Option<StoredSession>, StoreError> {
    tx.query_opt(
        "SELECT id_hash, user_id, wallet, scheme, key_bytes, opened_at, id_since, expires_at
           FROM wallet_sessions WHERE id_hash = $1 AND expires_at > $2",
        params![hash.bytes().as_slice(), now],
        read,
    )
}

/// Gives a session a new id; the session with it. None: it is over, or has another id by now.
pub fn rotate(
    tx: &mut Tx<'_>,
    now: Timestamp,
    old: &SessionHash,
    new: &SessionHash,
) -> Result<Option<StoredSession>, StoreError> {
    tx.query_opt(
        "UPDATE wallet_sessions SET id_hash = $2, id_since = $3 WHERE id_hash = $1 AND expires_at > $3
         RETURNING id_hash, user_id, wallet, scheme, key_bytes, opened_at, id_since, expires_at",
        params![old.bytes().as_slice(), new.bytes().as_slice(), now],
        read,
    )
}

/// Ends the session that a wallet opened at a moment, whatever id it was exchanged for meanwhile: by its id, a rotation that
/// nobody has heard of yet would save it. How many there were.
pub fn end(tx: &mut Tx<'_>, wallet: WalletAddress, opened_at: Timestamp) -> Result<u64, StoreError> {
    let sql = "DELETE FROM wallet_sessions WHERE wallet = $1 AND opened_at = $2";
    tx.execute(sql, params![wallet.lower(), opened_at])
}

/// Deletes sessions that are over, at most `limit`; how many.
pub fn purge(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM wallet_sessions WHERE id_hash IN
           (SELECT id_hash FROM wallet_sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
        params![now, limit],
    )
}

/// The sessions that are not over, newest first, to be kept in memory.
pub fn live(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<StoredSession>, StoreError> {
    tx.query(
        "SELECT id_hash, user_id, wallet, scheme, key_bytes, opened_at, id_since, expires_at
           FROM wallet_sessions WHERE expires_at > $1 ORDER BY expires_at DESC LIMIT $2",
        params![now, LIVE_MAX],
        read,
    )
}

/// Ends the oldest sessions of a wallet that has as many as one may have. The user's row is locked first, so that two
/// log-ins at once do not both find room.
fn make_room(tx: &mut Tx<'_>, new: &NewWalletSession) -> Result<Vec<SessionHash>, StoreError> {
    let lock = tx.pick(
        "SELECT id FROM wallet_users WHERE id = $1",
        "SELECT id FROM wallet_users WHERE id = $1 FOR UPDATE",
    );
    tx.query_one(lock, params![new.user.as_i64()], |row| row.int(0))?;
    tx.query(
        "DELETE FROM wallet_sessions WHERE id_hash IN
           (SELECT id_hash FROM wallet_sessions WHERE wallet = $1
             ORDER BY opened_at DESC, id_hash LIMIT 1000 OFFSET $2)
         RETURNING id_hash",
        params![new.wallet.lower(), SESSIONS_PER_WALLET_MAX - 1],
        |row| stored_hash(row.blob(0)?),
    )
}

fn read(row: &Row<'_>) -> Result<StoredSession, StoreError> {
    let scheme = row.text(3)?;
    let at = |column| row.int(column).map(Timestamp::from_micros);
    Ok(StoredSession {
        hash: stored_hash(row.blob(0)?)?,
        user: UserId(row.int(1)?),
        wallet: stored_address(&row.text(2)?)?,
        scheme: SignatureScheme::parse(&scheme)
            .ok_or_else(|| StoreError::Corrupt(format!("session scheme {scheme}")))?,
        key_bytes: row.blob(4)?,
        opened_at: at(5)?,
        id_since: at(6)?,
        expires_at: at(7)?,
    })
}

fn stored_hash(bytes: Vec<u8>) -> Result<SessionHash, StoreError> {
    let length = bytes.len();
    let hash =
        bytes.try_into().map_err(|_| StoreError::Corrupt(format!("session hash of {length} bytes")))?;
    Ok(SessionHash(hash))
}
