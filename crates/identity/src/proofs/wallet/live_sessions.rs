//! The wallet sessions in memory, asked on every request: no I/O, and keys that are parsed already.
//!
//! Loaded at start, changed after the commit that caused it. A session that is not here may still stand in the table
//! (another node opened it, or there was no room): the caller asks `sessions::find` and inserts what it found. A session
//! that another node ended is known here until it is over or read anew.

use super::KeyDeriver;
use super::session_key::SessionKey;
use super::sessions::{LIVE_MAX, Opened, ROTATION_AFTER_S, SessionHash, StoredSession};
use kernel::{Timestamp, UserId, WalletAddress};
use parking_lot::RwLock;
use std::collections::HashMap;
use std::sync::Arc;
use store::StoreError;

/// Seconds for which a session is still found by the id it had before: requests that were under way.
const OLD_ID_GRACE_S: i64 = 30;
/// Ids in memory, as many as are loaded.
const IDS_MAX: usize = LIVE_MAX as usize;

/// A session, the same under its old and its new id.
#[derive(Debug)]
pub struct WalletSession {
    /// Whose.
    pub user: UserId,
    /// Their wallet.
    pub wallet: WalletAddress,
    /// What signs in it.
    pub key: SessionKey,
    /// When its owner logged in.
    pub opened_at: Timestamp,
    /// When it is over.
    pub expires_at: Timestamp,
}

/// A session found by an id.
#[derive(Debug, Clone)]
pub struct Found {
    /// The session.
    pub session: Arc<WalletSession>,
    /// Of the id by which it was found.
    pub hash: SessionHash,
    /// Whether the id is old enough to be exchanged.
    pub rotation_due: bool,
}

struct Entry {
    session: Arc<WalletSession>,
    id_since: Timestamp,
    /// When this id is over.
    until: Timestamp,
}

#[derive(Default)]
struct Ids {
    entries: HashMap<SessionHash, Entry>,
    of_wallet: HashMap<WalletAddress, Vec<SessionHash>>,
    /// How often sessions were forgotten because they ended.
    endings: u64,
}

/// What had ended before the table was read.
#[derive(Debug, Clone, Copy)]
pub struct LoadTicket(u64);

/// The sessions in memory.
pub struct WalletSessions {
    deriver: KeyDeriver,
    ids: RwLock<Ids>,
}

impl WalletSessions {
    /// None yet. `deriver` makes the keys of `hmac-sha256` sessions.
    #[must_use]
    pub fn new(deriver: KeyDeriver) -> Self {
        Self { deriver, ids: RwLock::default() }
    }

    /// What makes the keys of `hmac-sha256` sessions.
    #[must_use]
    pub const fn deriver(&self) -> &KeyDeriver {
        &self.deriver
    }

    /// The session of the id that a caller shows.
    #[must_use]
    pub fn get(&self, shown: &str, now: Timestamp) -> Option<Found> {
        self.get_by_hash(&SessionHash::of_shown(shown)?, now)
    }

    /// The session of the id with this hash.
    #[must_use]
    pub fn get_by_hash(&self, hash: &SessionHash, now: Timestamp) -> Option<Found> {
        let ids = self.ids.read();
        let entry = ids.entries.get(hash).filter(|entry| entry.until > now)?;
        // An id in its grace has been exchanged: that of its session is young.
        let rotation_due =
            entry.until == entry.session.expires_at && entry.id_since.plus_secs(ROTATION_AFTER_S) <= now;
        Some(Found { session: Arc::clone(&entry.session), hash: *hash, rotation_due })
    }

    /// Announces that the table will be asked. Call it before, and hand it to [`Self::insert_loaded`].
    #[must_use]
    pub fn begin_load(&self) -> LoadTicket {
        LoadTicket(self.ids.read().endings)
    }

    /// The session that was read from the table since `ticket`; remembered unless any session ended meanwhile, since
    /// that may have been this one. Errors: its row holds no key.
    pub fn insert_loaded(
        &self,
        ticket: LoadTicket,
        stored: &StoredSession,
    ) -> Result<Arc<WalletSession>, StoreError> {
        let (session, entry) = self.parse(stored)?;
        let mut ids = self.ids.write();
        if ids.endings == ticket.0 {
            ids.insert(stored.hash, entry);
        }
        Ok(session)
    }

    /// Remembers a session that nobody can have ended yet: at start, or just opened. Errors: its row holds no key.
    pub fn insert(&self, stored: &StoredSession) -> Result<Arc<WalletSession>, StoreError> {
        let (session, entry) = self.parse(stored)?;
        self.ids.write().insert(stored.hash, entry);
        Ok(session)
    }

    fn parse(&self, stored: &StoredSession) -> Result<(Arc<WalletSession>, Entry), StoreError> {
        let session = Arc::new(WalletSession {
            user: stored.user,
            wallet: stored.wallet,
            key: stored.key(&self.deriver)?,
            opened_at: stored.opened_at,
            expires_at: stored.expires_at,
        });
        let entry =
            Entry { session: Arc::clone(&session), id_since: stored.id_since, until: stored.expires_at };
        Ok((session, entry))
    }

    /// Remembers a session that was opened, and forgets those that made room for it.
    pub fn insert_opened(&self, opened: &Opened) -> Result<Arc<WalletSession>, StoreError> {
        opened.ended.iter().for_each(|ended| self.forget(ended));
        self.insert(&opened.session)
    }

    /// Follows a rotation: the new id stands for the same session, the old one for thirty seconds more.
    pub fn apply_rotation(&self, old: &SessionHash, stored: &StoredSession, now: Timestamp) {
        let mut ids = self.ids.write();
        ids.endings += 1;
        let Some(entry) = ids.entries.get_mut(old) else { return };
        entry.until = entry.until.min(now.plus_secs(OLD_ID_GRACE_S));
        let session = Arc::clone(&entry.session);
        ids.insert(stored.hash, Entry { session, id_since: stored.id_since, until: stored.expires_at });
    }

    /// Forgets the session of this id, under every id it has.
    pub fn forget(&self, hash: &SessionHash) {
        let mut ids = self.ids.write();
        ids.endings += 1;
        let Some(session) = ids.entries.get(hash).map(|entry| Arc::clone(&entry.session)) else { return };
        ids.remove_where(session.wallet, |entry| Arc::ptr_eq(&entry.session, &session));
    }

    /// Forgets what is over at `now`; how many ids.
    pub fn sweep(&self, now: Timestamp) -> usize {
        let mut ids = self.ids.write();
        let before = ids.entries.len();
        ids.sweep(now);
        before - ids.entries.len()
    }

    /// How many ids are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.read().entries.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl std::fmt::Debug for WalletSessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WalletSessions").field("ids", &self.len()).finish_non_exhaustive()
    }
}

impl Ids {
    /// Does nothing when there is no room: the table still knows the session.
    fn insert(&mut self, hash: SessionHash, entry: Entry) {
        if self.entries.len() >= IDS_MAX && !self.entries.contains_key(&hash) {
            return;
        }
        let wallet = entry.session.wallet;
        if self.entries.insert(hash, entry).is_none() {
            self.of_wallet.entry(wallet).or_default().push(hash);
        }
    }

    fn remove_where(&mut self, wallet: WalletAddress, gone: impl Fn(&Entry) -> bool) {
        let Self { entries, of_wallet, .. } = self;
        let Some(hashes) = of_wallet.get_mut(&wallet) else { return };
        hashes.retain(|hash| {
            let goes = entries.get(hash).is_none_or(&gone);
            if goes {
                entries.remove(hash);
            }
            !goes
        });
        if hashes.is_empty() {
            of_wallet.remove(&wallet);
        }
    }

    fn sweep(&mut self, now: Timestamp) {
        let Self { entries, of_wallet, .. } = self;
        entries.retain(|_, entry| entry.until > now);
        of_wallet.retain(|_, hashes| {
            hashes.retain(|hash| entries.contains_key(hash));
            !hashes.is_empty()
        });
    }
}
