//! The store: open, write, read, close.

use crate::erased::{self, Outcome, ReadWork, WriteWork};
use crate::migrate::{self, AppliedMigration, MigrationSet};
use crate::postgres::{PgPool, PgSettings};
use crate::sqlite::{self, Job, Mode, Readers, Verdict, Writer};
use crate::write_health::WriteHealth;
use crate::{Backend, Location, StoreConfig, StoreError, Tx};
use parking_lot::Mutex;
use std::fs::File;
use std::sync::Arc;
use tokio::sync::oneshot;

/// A database of one stall. Cloning is cheap and shares everything.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) name: &'static str,
    pub(crate) engine: Engine,
    health: Arc<WriteHealth>,
}

pub(crate) enum Engine {
    Sqlite {
        writer: Writer,
        readers: Arc<Readers>,
        /// Held until the store is closed: keeps a second writer out of the file.
        lock: Mutex<Option<File>>,
    },
    Postgres(PgPool),
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({}, {:?})", self.inner.name, self.backend())
    }
}

impl Store {
    /// Opens the store and brings its tables up to date.
    ///
    /// Errors: another process writes this file; the database refuses durability; it was made by a newer program.
    pub async fn open(config: &StoreConfig, sets: &[MigrationSet]) -> Result<Self, StoreError> {
        let health = Arc::new(WriteHealth::default());
        let engine = match &config.location {
            Location::Sqlite(path) => {
                let (conn, lock) = sqlite::open_writer(path, config)?;
                migrate::up_in_one(&conn, sets)?;
                let writer = Writer::start(conn, path, config, &health)?;
                let memory = Some(writer.memory());
                Engine::Sqlite {
                    writer,
                    readers: Arc::new(Readers::new(path.clone(), config.connections, memory)),
                    lock: Mutex::new(Some(lock)),
                }
            }
            Location::Postgres { url, schema } => {
                let pool = PgPool::open(postgres(config, url, schema, &health)).await?;
                pool.make_schema(schema).await?;
                let sets = sets.to_vec();
                pool.once(move |tx| migrate::up(tx, &sets)).await?;
                Engine::Postgres(pool)
            }
        };
        Ok(Self { inner: Arc::new(Inner { name: config.name, engine, health }) })
    }

    /// Opens an existing database for reading alone, also beside a running server. Applies no migration; a write
    /// through this store fails.
    pub async fn open_read_only(config: &StoreConfig) -> Result<ReadOnly, StoreError> {
        let from = match &config.location {
            Location::Sqlite(path) if !path.exists() => {
                return Err(StoreError::Unfit(format!("there is no database at {}", path.display())));
            }
            Location::Sqlite(path) => ReadFrom::Sqlite(Arc::new(Readers::new(path.clone(), 1, None))),
            Location::Postgres { url, schema } => {
                let health = Arc::default();
                ReadFrom::Postgres(PgPool::open(postgres(config, url, schema, &health)).await?)
            }
        };
        Ok(ReadOnly { from })
    }

    /// The stall's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.inner.name
    }

    /// Why the last write was not kept; none: it was. From the first write that fails until one succeeds.
    #[must_use]
    pub fn write_failure(&self) -> Option<StoreError> {
        self.inner.health.failure()
    }

    /// The engine underneath.
    #[must_use]
    pub fn backend(&self) -> Backend {
        match self.inner.engine {
            Engine::Sqlite { .. } => Backend::Sqlite,
            Engine::Postgres(_) => Backend::Postgres,
        }
    }

    /// Runs `work` in a transaction and answers after its commit is on disk. `Err` rolls back `work` alone.
    ///
    /// `work` may run more than once (PostgreSQL, after a lost race) and must not panic; if it does, the panic is
    /// reported as [`StoreError::Panicked`] and harms nobody else.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        erased::typed(self.write_erased(erased::write_work(work)).await)
    }

    async fn write_erased(&self, work: WriteWork) -> Outcome {
        match &self.inner.engine {
            Engine::Sqlite { writer, .. } => {
                let (sender, receiver) = oneshot::channel();
                writer.submit(Box::new(ClosureJob { work, result: None, sender }));
                receiver.await.unwrap_or_else(|_| Err(StoreError::Closed.into()))
            }
            Engine::Postgres(pool) => pool.write(work).await,
        }
    }

    /// Runs `work` on a consistent snapshot that cannot be written.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        erased::typed(self.read_erased(erased::read_work(work)).await)
    }

    async fn read_erased(&self, work: ReadWork) -> Outcome {
        match &self.inner.engine {
            Engine::Sqlite { readers, .. } => read_sqlite(readers, work).await,
            Engine::Postgres(pool) => pool.read(work).await,
        }
    }

    /// What migrations this database has had, oldest first.
    pub async fn migrations(&self) -> Result<Vec<AppliedMigration>, StoreError> {
        self.read(migrate::applied).await
    }

    /// Takes the last `steps` migrations back, newest first. For operators; a running server must not use the store.
    pub async fn migrate_down(
        &self,
        sets: Vec<MigrationSet>,
        steps: usize,
    ) -> Result<Vec<String>, StoreError> {
        match &self.inner.engine {
            Engine::Sqlite { .. } => self.write(move |tx| migrate::down(tx, &sets, steps)).await,
            Engine::Postgres(pool) => pool.once(move |tx| migrate::down(tx, &sets, steps)).await,
        }
    }

    /// Finishes what is queued and closes the files. Later calls answer [`StoreError::Closed`].
    pub async fn close(&self) {
        let inner = Arc::clone(&self.inner);
        let stop = move || match &inner.engine {
            Engine::Sqlite { writer, readers, lock } => {
                writer.stop();
                readers.close();
                lock.lock().take();
            }
            Engine::Postgres(pool) => pool.close(),
        };
        let _ = tokio::task::spawn_blocking(stop).await;
    }
}

fn postgres<'c>(
    config: &StoreConfig,
    url: &'c str,
    schema: &'c str,
    health: &Arc<WriteHealth>,
) -> PgSettings<'c> {
    let (connections, deadline) = (config.connections, config.deadline);
    PgSettings { url, schema, connections, deadline, health: Arc::clone(health) }
}

/// A database opened for reading alone.
#[derive(Clone)]
pub struct ReadOnly {
    from: ReadFrom,
}

#[derive(Clone)]
enum ReadFrom {
    Sqlite(Arc<Readers>),
    Postgres(PgPool),
}

impl ReadOnly {
    /// Runs `work` on one consistent snapshot.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        erased::typed(self.read_erased(erased::read_work(work)).await)
    }

    async fn read_erased(&self, work: ReadWork) -> Outcome {
        match &self.from {
            ReadFrom::Sqlite(readers) => read_sqlite(readers, work).await,
            ReadFrom::Postgres(pool) => pool.read(work).await,
        }
    }
}

async fn read_sqlite(readers: &Arc<Readers>, work: ReadWork) -> Outcome {
    let _place = readers.place().await?;
    let pool = Arc::clone(readers);
    tokio::task::spawn_blocking(move || pool.run(work))
        .await
        .unwrap_or_else(|error| Err(StoreError::Panicked(error.to_string()).into()))
}

struct ClosureJob {
    work: WriteWork,
    result: Option<Outcome>,
    sender: oneshot::Sender<Outcome>,
}

impl Job for ClosureJob {
    fn run(&mut self, tx: &mut Tx<'_>, mode: Mode) -> Verdict {
        let result = (self.work)(tx);
        let nothing_to_undo = result.is_ok() || !tx.wrote;
        self.result = Some(result);
        match mode {
            _ if nothing_to_undo => Verdict::Keep,
            Mode::Bare => Verdict::StartAgain,
            Mode::Guarded => Verdict::RollBack,
        }
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let panicked = || Err(StoreError::Panicked("see the log above".into()).into());
        let answer = match committed {
            Ok(()) => self.result.unwrap_or_else(panicked),
            Err(error) => match self.result {
                Some(Err(refused)) => Err(refused),
                _ => Err(error.into()),
            },
        };
        // A caller that has gone away does not need the answer; what is committed stays committed.
        let _ = self.sender.send(answer);
    }
}
