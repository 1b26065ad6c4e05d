//! The pool: how a closure becomes a transaction, and how often a lost race is run again.

use super::PgSession;
use crate::erased::{self, AnyValue, Failure, Outcome, ReadWork, WriteWork};
use crate::{StoreError, Tx, tx::On};
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio_postgres::NoTls;

/// Times a transaction is run before a lost race is told to the caller; the wait doubles from 1 ms.
const ATTEMPTS_MAX: u32 = 10;

/// Times a transaction that met a taken unique value is run: the second run sees the rival's row and can say so in its
/// own words; a third is for a rival's rival.
const ATTEMPTS_AT_A_TAKEN_VALUE: u32 = 3;

/// How start-up transactions begin: one node at a time, and as long as a large table needs.
const START_UP: &str = "BEGIN; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock(7046911)";

/// Session settings: no JIT for small statements, and no scans where a key is at hand (see docs/performance.md).
const SESSION: &str = "-c jit=off -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off \
                       -c statement_timeout=30000 -c idle_in_transaction_session_timeout=60000";

/// Connections of one stall.
#[derive(Clone)]
pub struct PgPool {
    pool: Pool,
}

impl PgPool {
    /// Connects and refuses a server that does not keep what it acknowledges.
    pub(crate) async fn open(url: &str, schema: &str, connections: usize) -> Result<Self, StoreError> {
        if schema.is_empty()
            || !schema.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        {
            return Err(StoreError::Unfit(format!("'{schema}' is no usable schema name (a-z, 0-9, _)")));
        }
        let mut config: tokio_postgres::Config =
            url.parse().map_err(|_| StoreError::Unfit("the database URL cannot be read".into()))?;
        config.options(format!("-c search_path={schema} {SESSION}"));
        config.application_name("fairground").connect_timeout(Duration::from_secs(5));
        let manager =
            Manager::from_config(config, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
        let pool = Pool::builder(manager)
            .max_size(connections.max(2))
            .build()
            .map_err(|error| StoreError::Unfit(error.to_string()))?;
        let client = pool.get().await?;
        for setting in ["fsync", "synchronous_commit"] {
            let value: String = client.query_one(&format!("SHOW {setting}"), &[]).await?.get(0);
            if value == "off" {
                return Err(StoreError::Unfit(format!(
                    "PostgreSQL runs with {setting}=off: it would lose what it acknowledged. Switch it on."
                )));
            }
        }
        Ok(Self { pool })
    }

    /// Makes the schema. Nodes that start at once make it one after the other.
    pub(crate) async fn make_schema(&self, schema: &str) -> Result<(), StoreError> {
        let client = self.pool.get().await?;
        let script = format!("{START_UP}; CREATE SCHEMA IF NOT EXISTS {schema}; COMMIT");
        Ok(client.batch_execute(&script).await?)
    }

    /// Runs `work` in a transaction, again after a lost race, and answers after the commit.
    pub(crate) async fn write(&self, work: WriteWork) -> Outcome {
        self.transaction("BEGIN", work).await
    }

    /// Runs `work` on one snapshot.
    pub(crate) async fn read(&self, work: ReadWork) -> Outcome {
        let client = self.pool.get().await.map_err(StoreError::from)?;
        let runtime = Handle::current();
        blocking(move || {
            let session = PgSession::new(client, runtime);
            session.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
            let run = AssertUnwindSafe(|| work(&mut Tx::new(On::Postgres(&session))));
            let result = catch_unwind(run).unwrap_or_else(|_| Err(panicked().into()));
            if session.script("ROLLBACK").is_err() {
                session.discard();
            }
            result
        })
        .await
    }

    /// A write that is known to run once at a time (start-up).
    pub(crate) async fn once<F>(&self, work: F) -> Result<(), StoreError>
    where
        F: FnMut(&mut Tx<'_>) -> Result<(), StoreError> + Send + 'static,
    {
        erased::typed(self.transaction(START_UP, erased::write_work(work)).await)
    }

    async fn transaction(&self, begin: &'static str, mut work: WriteWork) -> Outcome {
        let client = self.pool.get().await.map_err(StoreError::from)?;
        let runtime = Handle::current();
        blocking(move || {
            let session = PgSession::new(client, runtime);
            let mut attempt = 0;
            loop {
                attempt += 1;
                match attempt_once(&session, begin, &mut work) {
                    Attempt::Done(value) => return Ok(value),
                    Attempt::Refused(error) => return Err(error),
                    Attempt::LostRace(race, error) if attempt >= attempts_max(&race) => return Err(error),
                    Attempt::LostRace(..) => std::thread::sleep(Duration::from_millis(1 << attempt.min(7))),
                    Attempt::Broken(error) => {
                        session.discard();
                        return Err(error);
                    }
                }
            }
        })
        .await
    }

    pub(crate) fn close(&self) {
        self.pool.close();
    }
}

enum Attempt {
    Done(AnyValue),
    Refused(Failure),
    /// The race, and what the caller hears when it is lost too often.
    LostRace(StoreError, Failure),
    Broken(Failure),
}

fn attempt_once(session: &PgSession, begin: &'static str, work: &mut WriteWork) -> Attempt {
    if let Err(error) = session.begin(begin) {
        return Attempt::Broken(error.into());
    }
    let run = AssertUnwindSafe(|| work(&mut Tx::new(On::Postgres(session))));
    match catch_unwind(run) {
        Ok(Ok(_)) if session.has_failed() => rolled_back(session, went_on().into()),
        Ok(Ok(value)) => match session.script("COMMIT") {
            Ok(()) => Attempt::Done(value),
            Err(error) => match session.take_lost_race() {
                Some(race) => Attempt::LostRace(race, error.into()),
                // The commit may or may not have happened; the caller's retry with the same key finds out.
                None => Attempt::Broken(error.into()),
            },
        },
        Ok(Err(error)) => rolled_back(session, error),
        Err(_) => {
            let _ = session.script("ROLLBACK");
            Attempt::Broken(panicked().into())
        }
    }
}

fn rolled_back(session: &PgSession, error: Failure) -> Attempt {
    if session.script("ROLLBACK").is_err() {
        return Attempt::Broken(error);
    }
    match session.take_lost_race() {
        Some(race) => Attempt::LostRace(race, error),
        None => Attempt::Refused(error),
    }
}

fn attempts_max(race: &StoreError) -> u32 {
    if race.is_unique_violation() { ATTEMPTS_AT_A_TAKEN_VALUE } else { ATTEMPTS_MAX }
}

fn went_on() -> StoreError {
    StoreError::Database("a statement failed and its transaction went on; nothing of it was kept".into())
}

fn panicked() -> StoreError {
    StoreError::Panicked("see the log above".into())
}

async fn blocking(work: impl FnOnce() -> Outcome + Send + 'static) -> Outcome {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(StoreError::Panicked(error.to_string()).into()))
}
