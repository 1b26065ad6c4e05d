//! The one thread that writes: takes what is queued, a savepoint each, one commit with a real fsync, then all answers.

use crate::{StoreError, Tx, tx::On};
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

/// Jobs that share one commit at most. Larger groups lengthen the commit more than they save.
const GROUP_MAX: usize = 512;

/// Whether a job's changes stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Keep,
    RollBack,
    /// A job that ran without a savepoint failed: the whole group starts again, everybody with one.
    StartAgain,
}

/// How a job is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Without a savepoint, because it hardly ever fails and a savepoint copies every page that is touched.
    Bare,
    /// Inside its own savepoint.
    Guarded,
}

/// One piece of work for the writer.
pub(crate) trait Job: Send {
    /// How it wants to be run. Bare jobs go first, so that nobody else's work is lost when one fails.
    fn mode(&self) -> Mode;
    /// Does the work. May be called again, after a rollback, with [`Mode::Guarded`].
    fn run(&mut self, tx: &mut Tx<'_>, mode: Mode) -> Verdict;
    /// Told once: after the commit, or with what prevented it.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

enum Message {
    Work(Box<dyn Job>),
    Stop,
}

/// The queue to the writer thread.
pub(crate) struct Writer {
    queue: SyncSender<Message>,
    thread: parking_lot::Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread that owns `conn`.
    pub(crate) fn start(
        conn: Connection,
        name: &'static str,
        queue: usize,
        checkpoint_pages: u32,
    ) -> Result<Self, StoreError> {
        let (sender, receiver) = sync_channel(queue.max(1));
        let mut run = Loop::new(conn, name, checkpoint_pages);
        let thread = std::thread::Builder::new()
            .name(format!("{name}-writer"))
            .spawn(move || run.serve(&receiver))
            .map_err(|error| StoreError::Unfit(format!("cannot start the writer: {error}")))?;
        Ok(Self { queue: sender, thread: parking_lot::Mutex::new(Some(thread)) })
    }

    /// Queues a job. A full queue answers the job with `Overloaded` at once.
    pub(crate) fn submit(&self, job: Box<dyn Job>) {
        let (refused, why) = match self.queue.try_send(Message::Work(job)) {
            Ok(()) => return,
            Err(TrySendError::Full(message)) => (message, StoreError::Overloaded),
            Err(TrySendError::Disconnected(message)) => (message, StoreError::Closed),
        };
        if let Message::Work(job) = refused {
            job.answer(Err(why));
        }
    }

    /// Finishes what is queued and ends the thread. Blocks.
    pub(crate) fn stop(&self) {
        let _ = self.queue.send(Message::Stop);
        if let Some(thread) = self.thread.lock().take() {
            let _ = thread.join();
        }
    }
}

struct Loop {
    conn: Connection,
    /// Pages in the WAL after the last commit, as SQLite reports them.
    wal_pages: Arc<AtomicU64>,
    wal_pages_before: u64,
    checkpoint_pages: u64,
    pages_written: metrics::Counter,
    commits: metrics::Counter,
}

impl Loop {
    fn new(mut conn: Connection, name: &'static str, checkpoint_pages: u32) -> Self {
        let wal_pages = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&wal_pages);
        let hook = move |_: &mut rusqlite::hooks::Wal, pages: std::ffi::c_int| {
            seen.store(u64::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        };
        let wal_pages_hooked = conn.wal_hook(Some(hook)).is_ok();
        tracing::debug!(store = name, wal_pages_hooked, "writer ready");
        Self {
            conn,
            wal_pages,
            wal_pages_before: 0,
            checkpoint_pages: u64::from(checkpoint_pages.max(1)),
            pages_written: metrics::counter!("store_pages_written_total", "store" => name),
            commits: metrics::counter!("store_commits_total", "store" => name),
        }
    }

    fn serve(&mut self, queue: &Receiver<Message>) {
        let mut group = Vec::with_capacity(GROUP_MAX);
        let mut running = true;
        loop {
            // Waits while running; when stopping, only finishes what is queued.
            let first = if running { queue.recv().ok() } else { queue.try_recv().ok() };
            match first {
                Some(Message::Work(job)) => group.push(job),
                Some(Message::Stop) => running = false,
                None => break,
            }
            while group.len() < GROUP_MAX {
                match queue.try_recv() {
                    Ok(Message::Work(job)) => group.push(job),
                    Ok(Message::Stop) => running = false,
                    Err(_) => break,
                }
            }
            if !group.is_empty() {
                self.commit_group(&mut group);
            }
        }
        let _ = self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }

    fn commit_group(&mut self, group: &mut Vec<Box<dyn Job>>) {
        let committed = self.run_group(group);
        if committed.is_err() && !self.conn.is_autocommit() {
            let _ = self.conn.execute_batch("ROLLBACK");
        }
        for job in group.drain(..) {
            job.answer(committed.clone());
        }
        self.after_commit();
    }

    fn run_group(&self, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        group.sort_by_key(|job| job.mode() == Mode::Guarded);
        self.statement("BEGIN IMMEDIATE")?;
        let bare = group.iter().take_while(|job| job.mode() == Mode::Bare).count();
        let all_kept =
            group[..bare].iter_mut().all(|job| self.run_job(&mut **job, Mode::Bare) == Verdict::Keep);
        let guarded = if all_kept {
            &mut group[bare..]
        } else {
            self.statement("ROLLBACK")?;
            self.statement("BEGIN IMMEDIATE")?;
            group
        };
        for job in guarded {
            self.statement("SAVEPOINT job")?;
            if self.run_job(&mut **job, Mode::Guarded) != Verdict::Keep {
                self.statement("ROLLBACK TO job")?;
            }
            self.statement("RELEASE job")?;
        }
        self.statement("COMMIT")
    }

    /// A panic harms the job that panicked and nobody else.
    fn run_job(&self, job: &mut dyn Job, mode: Mode) -> Verdict {
        let run = AssertUnwindSafe(|| job.run(&mut Tx { on: On::Sqlite(&self.conn) }, mode));
        catch_unwind(run).unwrap_or(Verdict::StartAgain)
    }

    fn statement(&self, sql: &str) -> Result<(), StoreError> {
        self.conn.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    /// Counts what the commit wrote and moves the WAL into the database when it is long enough; everybody has their
    /// answer by now, so the checkpoint delays only the next group.
    fn after_commit(&mut self) {
        let now = self.wal_pages.load(Ordering::Relaxed);
        let written = if now >= self.wal_pages_before { now - self.wal_pages_before } else { now };
        self.wal_pages_before = now;
        self.pages_written.increment(written);
        self.commits.increment(1);
        if now >= self.checkpoint_pages {
            let _ = self.conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        }
    }
}
