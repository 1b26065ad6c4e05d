//! The one thread that writes: takes what is queued, one commit with a real fsync, then all answers. A savepoint each
//! only when one of them has to be undone.

use super::checkpointer::{Checkpointer, checkpoint};
use crate::memtable::{Memtable, SharedMemory, WriterMemtable};
use crate::write_health::WriteHealth;
use crate::{StoreConfig, StoreError, Tx, tx::On};
use rusqlite::Connection;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
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
    /// A job that ran without a savepoint failed after it had changed something: the whole group starts again,
    /// everybody with one.
    StartAgain,
}

/// How a job is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Without a savepoint, as everybody is at first: refusals come before changes, and a savepoint copies every page
    /// that is touched.
    Bare,
    /// Inside its own savepoint.
    Guarded,
}

/// One piece of work for the writer.
pub(crate) trait Job: Send {
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
    memory: SharedMemory,
    thread: parking_lot::Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread that owns `conn`.
    pub(crate) fn start(
        conn: Connection,
        path: &Path,
        config: &StoreConfig,
        health: &Arc<WriteHealth>,
    ) -> Result<Self, StoreError> {
        let (sender, receiver) = sync_channel(config.queue.max(1));
        let checkpointer = Checkpointer::start(path, config.name)?;
        let mut run = Loop::new(conn, checkpointer, config, Arc::clone(health))?;
        let memory = run.memtable.borrow().shared();
        let thread = std::thread::Builder::new()
            .name(format!("{}-writer", config.name))
            .spawn(move || run.serve(&receiver))
            .map_err(|error| StoreError::Unfit(format!("cannot start the writer: {error}")))?;
        Ok(Self { queue: sender, memory, thread: parking_lot::Mutex::new(Some(thread)) })
    }

    /// The newest locators, for readers.
    pub(crate) fn memory(&self) -> SharedMemory {
        Arc::clone(&self.memory)
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

/// Commits after which the writer tries to end a checkpoint before it lets the log grow on. A reader at work can keep the
/// log from beginning anew, but hardly so often in a row.
const ENDINGS_MAX: u32 = 16;

/// Where the log is between two beginnings.
enum Log {
    /// It is shorter than so many pages.
    Grows { until: u64 },
    /// The checkpointer was asked and has not ended.
    Moves,
    /// It was moved whole, so many times in a row; the next commit begins it anew, unless somebody reads from it.
    Ends { tries: u32 },
}

struct Loop {
    conn: Connection,
    /// Pages in the WAL after the last commit, as SQLite reports them.
    wal_pages: Arc<AtomicU64>,
    wal_pages_before: u64,
    checkpoint_pages: u64,
    checkpointer: Checkpointer,
    log: Log,
    health: Arc<WriteHealth>,
    /// Whether a job of the group at hand changed something.
    wrote: Cell<bool>,
    /// The newest locators.
    memtable: RefCell<WriterMemtable>,
    pages_written: metrics::Counter,
    commits: metrics::Counter,
}

impl Loop {
    fn new(
        mut conn: Connection,
        checkpointer: Checkpointer,
        config: &StoreConfig,
        health: Arc<WriteHealth>,
    ) -> Result<Self, StoreError> {
        let name = config.name;
        let wal_pages = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&wal_pages);
        let hook = move |_: &mut rusqlite::hooks::Wal, pages: std::ffi::c_int| {
            seen.store(u64::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        };
        let wal_pages_hooked = conn.wal_hook(Some(hook)).is_ok();
        tracing::debug!(store = name, wal_pages_hooked, "writer ready");
        let memtable = RefCell::new(WriterMemtable::open(&conn, config.newest_locators)?);
        Ok(Self {
            conn,
            memtable,
            wal_pages,
            wal_pages_before: 0,
            checkpoint_pages: u64::from(config.checkpoint_pages.max(1)),
            checkpointer,
            log: Log::Grows { until: u64::from(config.checkpoint_pages.max(1)) },
            health,
            wrote: Cell::new(false),
            pages_written: metrics::counter!("store_pages_written_total", "store" => name),
            commits: metrics::counter!("store_commits_total", "store" => name),
        })
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
        self.checkpointer.stop();
        let _ = self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }

    fn commit_group(&mut self, group: &mut Vec<Box<dyn Job>>) {
        self.wrote.set(false);
        let committed = self.run_group(group);
        match &committed {
            Ok(()) if self.wrote.get() => self.health.succeeded(),
            Ok(()) => {}
            Err(error) => self.health.failed(error),
        }
        if committed.is_err() && !self.conn.is_autocommit() {
            let _ = self.conn.execute_batch("ROLLBACK");
        }
        match &committed {
            Ok(()) => self.memtable.get_mut().accept(),
            Err(_) => self.memtable.get_mut().discard(),
        }
        for job in group.drain(..) {
            job.answer(committed.clone());
        }
        self.after_commit();
    }

    fn run_group(&self, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        self.begin()?;
        let mut all_kept = true;
        for job in group.iter_mut() {
            all_kept = self.run_job(&mut **job, Mode::Bare)? == Verdict::Keep;
            if !all_kept {
                break;
            }
        }
        if !all_kept {
            self.statement("ROLLBACK")?;
            self.begin()?;
            self.run_guarded(group)?;
        }
        self.memtable.borrow_mut().move_share(&self.conn)?;
        // One that fails may still have been kept: what is in memory is read again.
        self.statement("COMMIT").inspect_err(|_| self.memtable.borrow_mut().doubt())
    }

    fn begin(&self) -> Result<(), StoreError> {
        self.statement("BEGIN IMMEDIATE")?;
        self.memtable.borrow_mut().begin(&self.conn)
    }

    fn run_guarded(&self, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        for job in group {
            self.statement("SAVEPOINT job")?;
            let mark = self.memtable.borrow().mark();
            if self.run_job(&mut **job, Mode::Guarded)? != Verdict::Keep {
                self.statement("ROLLBACK TO job")?;
                self.memtable.borrow_mut().undo_to(mark);
            }
            self.statement("RELEASE job")?;
        }
        Ok(())
    }

    /// A panic harms the job that panicked and nobody else. Errors: SQLite ended the transaction by itself, as it does
    /// when the disk is full; whatever came after would be committed alone.
    fn run_job(&self, job: &mut dyn Job, mode: Mode) -> Result<Verdict, StoreError> {
        let mut tx = Tx::with_memtable(On::Sqlite(&self.conn), Memtable::Writer(&self.memtable));
        let run = AssertUnwindSafe(|| job.run(&mut tx, mode));
        let verdict = catch_unwind(run).unwrap_or(Verdict::StartAgain);
        self.wrote.set(self.wrote.get() || (tx.wrote && verdict == Verdict::Keep));
        let failure = tx.failure.take();
        if let Some(failure) = &failure {
            self.health.failed(failure);
        }
        if self.conn.is_autocommit() {
            let ended = || StoreError::Database("the transaction was ended by a failure".into());
            return Err(failure.unwrap_or_else(ended));
        }
        Ok(verdict)
    }

    fn statement(&self, sql: &str) -> Result<(), StoreError> {
        self.conn.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    /// Counts what the commit wrote and has the log moved into the database when it is long enough; everybody has their
    /// answer by now.
    fn after_commit(&mut self) {
        let now = self.wal_pages.load(Ordering::Relaxed);
        let begun_anew = now < self.wal_pages_before;
        let written = if begun_anew { now } else { now - self.wal_pages_before };
        self.wal_pages_before = now;
        self.pages_written.increment(written);
        self.commits.increment(1);
        self.log = self.tend(now, begun_anew);
    }

    /// What becomes of a log of `pages`: grows, is moved by the checkpointer, and is ended here by a short checkpoint of
    /// what was appended meanwhile.
    fn tend(&self, pages: u64, begun_anew: bool) -> Log {
        match self.log {
            Log::Moves if self.checkpointer.is_busy() => Log::Moves,
            Log::Grows { .. } | Log::Ends { .. } if begun_anew => Log::Grows { until: self.checkpoint_pages },
            Log::Grows { until } if pages < until => Log::Grows { until },
            Log::Grows { .. } => {
                self.checkpointer.ask();
                Log::Moves
            }
            Log::Ends { tries: ENDINGS_MAX } => Log::Grows { until: pages + self.checkpoint_pages / 4 },
            Log::Moves => {
                checkpoint(&self.conn);
                Log::Ends { tries: 1 }
            }
            Log::Ends { tries } => {
                checkpoint(&self.conn);
                Log::Ends { tries: tries + 1 }
            }
        }
    }
}
