//! Moves the log into the database beside the writer: a long checkpoint then takes no turn of the thread that commits.
//!
//! What the writer appends meanwhile stays behind, so the writer itself finishes with a short checkpoint; the log can
//! start again from its beginning only after one that left nothing.

use super::open_checkpointer;
use crate::StoreError;
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

/// The thread and whether it is at work.
pub(super) struct Checkpointer {
    /// None once it was stopped.
    ask: Option<SyncSender<()>>,
    busy: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts the thread with a connection of its own to `path`.
    pub(super) fn start(path: &Path, name: &str) -> Result<Self, StoreError> {
        let conn = open_checkpointer(path)?;
        let (ask, asked) = sync_channel(1);
        let busy = Arc::new(AtomicBool::new(false));
        let at_work = Arc::clone(&busy);
        let run = move || {
            while asked.recv().is_ok() {
                checkpoint(&conn);
                at_work.store(false, Ordering::Release);
            }
        };
        let thread = std::thread::Builder::new()
            .name(format!("{name}-checkpoint"))
            .spawn(run)
            .map_err(|error| StoreError::Unfit(format!("cannot start the checkpointer: {error}")))?;
        Ok(Self { ask: Some(ask), busy, thread: Some(thread) })
    }

    /// Asks for a checkpoint; nothing happens while one is under way.
    pub(super) fn ask(&self) {
        if let Some(ask) = &self.ask
            && !self.busy.swap(true, Ordering::AcqRel)
            && ask.try_send(()).is_err()
        {
            self.busy.store(false, Ordering::Release);
        }
    }

    /// Whether a checkpoint that was asked for is still under way.
    pub(super) fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Acquire)
    }

    /// Finishes what is under way and ends the thread. Blocks.
    pub(super) fn stop(&mut self) {
        self.ask = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Moves what it can without waiting for anybody. A failure loses nothing: the next checkpoint finds the same log.
pub(super) fn checkpoint(conn: &Connection) {
    if let Err(error) = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
        tracing::debug!(%error, "a checkpoint was put off");
    }
}
