//! The catalogue in memory: one immutable snapshot, renewed when the epoch in the database has moved.
//!
//! A transaction that decides about money asks [`Catalogue::fresh`], pages and lists take [`Catalogue::current`]. What is
//! current has been committed: what a transaction read of changes that are still uncommitted is kept apart until they are.

pub use crate::domain::catalogue::Snapshot;

use crate::store::catalogue as rows;
use arc_swap::ArcSwap;
use kernel::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::{Flight, Store, StoreError, Tx};

/// Seconds after which a snapshot is loaded again whatever its epoch says (the cache time of the specification).
const AGE_SECS_MAX: i64 = 300;

/// The newest snapshots this process has.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// Read from committed rows.
    current: ArcSwap<Snapshot>,
    /// Read inside the newest transaction that found another epoch; it becomes current when a reader sees its epoch.
    seen: ArcSwap<Snapshot>,
    /// When `current` was loaded, in microseconds.
    loaded_at: AtomicI64,
    /// One refresh at a time, so that an older reading never replaces a newer one.
    refreshing: tokio::sync::Mutex<()>,
}

impl Catalogue {
    /// The newest committed snapshot in memory.
    #[must_use]
    pub fn current(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// The snapshot that is true in this transaction: one row is read, and all of them when the epoch has moved.
    pub fn fresh(&self, tx: &mut Tx<'_>) -> Result<Arc<Snapshot>, StoreError> {
        let epoch = rows::epoch(tx)?;
        self.of_epoch(tx, epoch)
    }

    /// Asks for the epoch together with other questions, for [`Catalogue::of_epoch`].
    pub fn query_epoch<'f>(flight: &mut Flight<'_, '_, 'f>, epoch: &'f mut i64) -> Result<(), StoreError> {
        rows::query_epoch(flight, epoch)
    }

    /// The snapshot of `epoch`, which was read in this transaction.
    pub fn of_epoch(&self, tx: &mut Tx<'_>, epoch: i64) -> Result<Arc<Snapshot>, StoreError> {
        if let Some(known) = self.known(epoch) {
            return Ok(known);
        }
        let loaded = Arc::new(Snapshot::build(rows::load(tx)?));
        self.seen.store(Arc::clone(&loaded));
        Ok(loaded)
    }

    /// Makes the committed catalogue current. A writer of the catalogue calls it after its commit, so that its own node
    /// shows the change at once.
    pub async fn refresh(
        self: &Arc<Self>,
        store: &Store,
        now: Timestamp,
    ) -> Result<Arc<Snapshot>, StoreError> {
        self.read_and_publish(store, now, false).await
    }

    /// The same for the other nodes, called every second: reads one row unless something changed or five minutes passed.
    pub async fn refresh_if_stale(self: &Arc<Self>, store: &Store, now: Timestamp) -> Result<(), StoreError> {
        let loaded_at = Timestamp::from_micros(self.loaded_at.load(Ordering::Acquire));
        let old = loaded_at.plus_secs(AGE_SECS_MAX) <= now;
        self.read_and_publish(store, now, old).await.map(drop)
    }

    async fn read_and_publish(
        self: &Arc<Self>,
        store: &Store,
        now: Timestamp,
        again: bool,
    ) -> Result<Arc<Snapshot>, StoreError> {
        let _turn = self.refreshing.lock().await;
        let own = Arc::clone(self);
        let snapshot = store.read(move |tx| own.read(tx, again)).await?;
        if again || snapshot.epoch() != self.current.load().epoch() {
            self.current.store(Arc::clone(&snapshot));
            self.loaded_at.store(now.as_micros(), Ordering::Release);
        }
        Ok(snapshot)
    }

    fn read(&self, tx: &mut Tx<'_>, again: bool) -> Result<Arc<Snapshot>, StoreError> {
        let epoch = rows::epoch(tx)?;
        match self.known(epoch).filter(|_| !again) {
            Some(known) => Ok(known),
            None => Ok(Arc::new(Snapshot::build(rows::load(tx)?))),
        }
    }

    fn known(&self, epoch: i64) -> Option<Arc<Snapshot>> {
        let of_epoch = |slot: &ArcSwap<Snapshot>| {
            let snapshot = slot.load();
            (snapshot.epoch() == epoch).then(|| Arc::clone(&snapshot))
        };
        of_epoch(&self.current).or_else(|| of_epoch(&self.seen))
    }
}
