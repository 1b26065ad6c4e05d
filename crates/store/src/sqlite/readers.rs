//! A pool of read-only SQLite connections. A reader never writes: upgrading a read transaction fails at once in WAL mode.

use super::open_reader;
use crate::erased::{Outcome, ReadWork};
use crate::memtable::{Memtable, ReaderMemtable, SharedMemory};
use crate::{StoreError, Tx, tx::On};
use parking_lot::Mutex;
use rusqlite::Connection;
use std::path::PathBuf;
use tokio::sync::Semaphore;

/// Connections are opened when first needed and kept.
pub(crate) struct Readers {
    path: PathBuf,
    /// The newest locators; none: another process writes.
    memory: Option<SharedMemory>,
    idle: Mutex<Vec<Connection>>,
    places: Semaphore,
}

impl Readers {
    pub(crate) fn new(path: PathBuf, connections: usize, memory: Option<SharedMemory>) -> Self {
        Self { path, memory, idle: Mutex::new(Vec::new()), places: Semaphore::new(connections.max(1)) }
    }

    /// Waits for a place among the readers.
    pub(crate) async fn place(&self) -> Result<tokio::sync::SemaphorePermit<'_>, StoreError> {
        self.places.acquire().await.map_err(|_| StoreError::Closed)
    }

    /// Closes what is idle and lets nobody in any more; who is inside finishes.
    pub(crate) fn close(&self) {
        self.places.close();
        self.idle.lock().clear();
    }

    /// Runs `read` on one consistent snapshot.
    pub(crate) fn run(&self, read: ReadWork) -> Outcome {
        let idle = self.idle.lock().pop();
        let conn = match idle {
            Some(conn) => conn,
            None => open_reader(&self.path)?,
        };
        conn.execute_batch("BEGIN").map_err(StoreError::from)?;
        let memtable = self.memory.clone().map_or_else(ReaderMemtable::default, ReaderMemtable::new);
        let result = read(&mut Tx::with_memtable(On::Sqlite(&conn), Memtable::Reader(memtable)));
        if conn.execute_batch("COMMIT").is_ok() && !self.places.is_closed() {
            self.idle.lock().push(conn);
        }
        result
    }
}
