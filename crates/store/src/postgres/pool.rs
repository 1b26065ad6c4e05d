//! The pool: how a closure becomes a transaction, and how often a lost race is run again.

use super::PgSession;
use crate::{StoreError, Tx, tx::On};
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio_postgres::NoTls;

/// Times a transaction is run before a lost race is told to the caller; the wait doubles from 1 ms.
const ATTEMPTS_MAX: u32 = 10;

/// Session settings: no JIT for small statements, and no scans where a key is at hand (see docs/performance.md).
const SESSION: &str = "-c jit=off -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off \
                       -c statement_timeout=30000 -c idle_in_transaction_session_timeout=60000";

/// Connections of one stall.
#[derive(Clone)]
pub struct PgPool {
    pool: Pool,
}

impl PgPool {
    /// Connects, makes the schema and refuses a server that does not keep what it acknowledges.
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
        client.batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS {schema}")).await?;
        Ok(Self { pool })
    }

    /// Runs `work` in a transaction, again after a lost race, and answers after the commit.
    pub(crate) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.transaction("BEGIN", work).await
    }

    /// Runs `work` on one snapshot.
    pub(crate) async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let client = self.pool.get().await.map_err(|error| E::from(error.into()))?;
        let runtime = Handle::current();
        blocking(move || {
            let session = PgSession::new(client, runtime);
            session.script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
            let result = work(&mut Tx { on: On::Postgres(&session) });
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
        self.transaction("BEGIN; SELECT pg_advisory_xact_lock(7046911)", work).await
    }

    async fn transaction<T, E, F>(&self, begin: &'static str, mut work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let client = self.pool.get().await.map_err(|error| E::from(error.into()))?;
        let runtime = Handle::current();
        blocking(move || {
            let session = PgSession::new(client, runtime);
            let mut attempt = 0;
            loop {
                attempt += 1;
                match attempt_once(&session, begin, &mut work) {
                    Attempt::Done(value) => return Ok(value),
                    Attempt::Refused(error) => return Err(error),
                    Attempt::LostRace(error) if attempt >= ATTEMPTS_MAX => return Err(error.into()),
                    Attempt::LostRace(_) => std::thread::sleep(Duration::from_millis(1 << attempt.min(7))),
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

enum Attempt<T, E> {
    Done(T),
    Refused(E),
    LostRace(StoreError),
    Broken(E),
}

fn attempt_once<T, E, F>(session: &PgSession, begin: &'static str, work: &mut F) -> Attempt<T, E>
where
    E: From<StoreError>,
    F: FnMut(&mut Tx<'_>) -> Result<T, E>,
{
    if let Err(error) = session.script(begin) {
        return Attempt::Broken(error.into());
    }
    let run = AssertUnwindSafe(|| work(&mut Tx { on: On::Postgres(session) }));
    match catch_unwind(run) {
        Ok(Ok(value)) => match session.script("COMMIT") {
            Ok(()) => Attempt::Done(value),
            // The commit may or may not have happened; the caller's retry with the same key finds out.
            Err(error) => session.take_lost_race().map_or(Attempt::Broken(error.into()), Attempt::LostRace),
        },
        Ok(Err(error)) if session.script("ROLLBACK").is_err() => Attempt::Broken(error),
        Ok(Err(error)) => session.take_lost_race().map_or(Attempt::Refused(error), Attempt::LostRace),
        Err(_) => {
            let _ = session.script("ROLLBACK");
            Attempt::Broken(StoreError::Panicked("see the log above".into()).into())
        }
    }
}

async fn blocking<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(StoreError::Panicked(error.to_string()).into()))
}
