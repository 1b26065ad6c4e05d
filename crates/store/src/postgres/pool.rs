//! The pool: how a closure becomes a transaction, and how often a lost race is run again.

use super::connect;
use super::session::{Driver, NotCommitted, PgSession};
use crate::erased::{self, AnyValue, Failure, Outcome, ReadWork, WriteWork};
use crate::write_health::WriteHealth;
use crate::{StoreError, Tx, tx::On};
use deadpool_postgres::Pool;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Handle, Runtime};
use tokio::time::Instant;

/// Times a transaction is run before a lost race is told to the caller; the wait doubles from 1 ms.
const ATTEMPTS_MAX: u32 = 10;

/// Times a transaction that met a taken unique value is run: the second run sees the rival's row and can say so in its
/// own words; a third is for a rival's rival.
const ATTEMPTS_AT_A_TAKEN_VALUE: u32 = 3;

/// How start-up transactions begin: one node at a time, and as long as a large table needs.
const START_UP: &str = "BEGIN; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock(7046911)";

/// Connections of one stall.
#[derive(Clone)]
pub struct PgPool {
    pool: Pool,
    /// Address and schema.
    place: Arc<(String, String)>,
    /// How long a transaction may take, with the wait for its connection.
    deadline: Duration,
    health: Arc<WriteHealth>,
}

/// What a pool is opened with.
pub(crate) struct PgSettings<'c> {
    pub url: &'c str,
    pub schema: &'c str,
    pub connections: usize,
    pub deadline: Duration,
    pub health: Arc<WriteHealth>,
}

impl PgPool {
    /// Connects and refuses a server that does not keep what it acknowledges, and a pooler that mixes sessions.
    pub(crate) async fn open(settings: PgSettings<'_>) -> Result<Self, StoreError> {
        let PgSettings { url, schema, connections, deadline, health } = settings;
        let pool = connect::pool(url, schema, connections, deadline)?;
        let inspected = Box::pin(Self::inspect(&pool)).await;
        inspected.map_err(|error| {
            if connect::is_of_shared_sessions(&error) { connect::shared_sessions() } else { error }
        })?;
        let place = Arc::new((url.to_owned(), schema.to_owned()));
        Ok(Self { pool, place, deadline, health })
    }

    /// Another pool of the same place, which was inspected already, for a thread that drives its own connections.
    pub(super) fn beside(&self) -> Result<Self, StoreError> {
        let (url, schema) = &*self.place;
        let pool = connect::pool(url, schema, 1, self.deadline)?;
        Ok(Self { pool, ..self.clone() })
    }

    async fn inspect(pool: &Pool) -> Result<(), StoreError> {
        let client = pool.get().await?;
        for setting in ["fsync", "synchronous_commit"] {
            let value: String = client.query_one(&format!("SHOW {setting}"), &[]).await?.get(0);
            if value == "off" {
                return Err(StoreError::Unfit(format!(
                    "PostgreSQL runs with {setting}=off: it would lose what it acknowledged. Switch it on."
                )));
            }
        }
        connect::refuse_shared_sessions(&client, &pool.get().await?).await
    }

    /// Makes the schema where it is missing; what is there needs no right to make it. Nodes that start at once make it one
    /// after the other.
    pub(crate) async fn make_schema(&self, schema: &str) -> Result<(), StoreError> {
        let client = self.pool.get().await?;
        let sql = "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)";
        if client.query_one(sql, &[&schema]).await?.get(0) {
            return Ok(());
        }
        let script = format!("{START_UP}; CREATE SCHEMA IF NOT EXISTS {schema}; COMMIT");
        let Err(error) = client.batch_execute(&script).await else { return Ok(()) };
        let _ = client.batch_execute("ROLLBACK").await;
        if error.code() != Some(&tokio_postgres::error::SqlState::INSUFFICIENT_PRIVILEGE) {
            return Err(error.into());
        }
        let user: String = client.query_one("SELECT current_user::text", &[]).await?.get(0);
        Err(StoreError::Unfit(format!(
            "there is no schema {schema}, and {user} may not make it; an administrator runs: CREATE SCHEMA {schema} \
             AUTHORIZATION \"{user}\";"
        )))
    }

    async fn session(&self, driver: Driver, limit: Option<Duration>) -> Result<PgSession, StoreError> {
        let deadline = limit.map(|limit| Instant::now() + limit);
        let client = match deadline {
            None => self.pool.get().await?,
            Some(deadline) => match tokio::time::timeout_at(deadline, self.pool.get()).await {
                Ok(client) => client?,
                Err(_) => return Err(StoreError::Unavailable("no connection in time".into())),
            },
        };
        Ok(PgSession::new(client, driver, deadline))
    }

    /// Gives a connection back, or up: what has lost its server takes the idle ones with it, so that none of them fails for
    /// somebody else.
    fn finish(&self, session: PgSession, is_whole: bool) {
        let has_lost_server = session.has_lost_server();
        if has_lost_server || !is_whole {
            session.discard();
        }
        if has_lost_server {
            self.pool.retain(|_, _| false);
        }
    }

    /// Runs `work` in a transaction, again after a lost race, and answers after the commit.
    pub(crate) async fn write(&self, work: WriteWork) -> Outcome {
        self.transaction("BEGIN", Some(self.deadline), work).await
    }

    /// Runs `work` on one snapshot.
    pub(crate) async fn read(&self, work: ReadWork) -> Outcome {
        let session = self.session(Driver::Shared(Handle::current()), Some(self.deadline)).await?;
        let pool = self.clone();
        blocking(move || {
            session.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
            let run = AssertUnwindSafe(|| work(&mut Tx::new(On::Postgres(&session))));
            let result = catch_unwind(run).unwrap_or_else(|_| Err(panicked().into()));
            let result = result.and_then(|value| session.flush().map(|()| value).map_err(Failure::from));
            let is_whole = session.roll_back().is_ok();
            pool.finish(session, is_whole);
            result
        })
        .await
    }

    /// A write that is known to run once at a time (start-up).
    pub(crate) async fn once<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        erased::typed(self.transaction(START_UP, None, erased::write_work(work)).await)
    }

    async fn transaction(
        &self,
        begin: &'static str,
        limit: Option<Duration>,
        mut work: WriteWork,
    ) -> Outcome {
        let session = self.session(Driver::Shared(Handle::current()), limit).await;
        let session = session.inspect_err(|error| self.health.failed(error))?;
        let pool = self.clone();
        blocking(move || pool.conclude(session, begin, &mut work)).await
    }

    /// The same on a thread that drives its own connections, which `self` must be the pool of.
    pub(super) fn write_here(&self, runtime: &Arc<Runtime>, mut work: WriteWork) -> Outcome {
        let session = runtime.block_on(self.session(Driver::Own(Arc::clone(runtime)), Some(self.deadline)));
        let session = session.inspect_err(|error| self.health.failed(error))?;
        self.conclude(session, "BEGIN", &mut work)
    }

    fn conclude(&self, session: PgSession, begin: &'static str, work: &mut WriteWork) -> Outcome {
        let (outcome, is_whole) = attempts(&session, begin, work);
        self.record(&session, outcome.is_ok());
        self.finish(session, is_whole);
        outcome
    }

    /// What a transaction says of the server: it keeps what it is given, or not.
    fn record(&self, session: &PgSession, is_kept: bool) {
        match session.server_failure() {
            Some(error) => self.health.failed(&error),
            None if is_kept && session.has_written() => self.health.succeeded(),
            None => {}
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.pool.is_closed()
    }

    pub(crate) fn close(&self) {
        self.pool.close();
    }
}

/// Runs the transaction until it is kept, refused, or lost too often; what became of it, and whether the connection is whole.
fn attempts(session: &PgSession, begin: &'static str, work: &mut WriteWork) -> (Outcome, bool) {
    let mut attempt = 0;
    loop {
        attempt += 1;
        match attempt_once(session, begin, work) {
            Attempt::Done(value) => return (Ok(value), true),
            Attempt::Refused(error) => return (Err(error), true),
            Attempt::LostRace(race, error) if attempt >= attempts_max(&race) => return (Err(error), true),
            Attempt::LostRace(..) => std::thread::sleep(Duration::from_millis(1 << attempt.min(7))),
            Attempt::Broken(error) => return (Err(error), false),
        }
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
    session.begin(begin);
    let run = AssertUnwindSafe(|| work(&mut Tx::new(On::Postgres(session))));
    match catch_unwind(run) {
        Ok(Ok(_)) if session.has_failed() => rolled_back(session, went_on().into()),
        Ok(Ok(value)) => match session.commit() {
            Ok(()) => Attempt::Done(value),
            Err(NotCommitted::Refused(error)) => rolled_back(session, error.into()),
            Err(NotCommitted::Unknown(error)) => match session.take_lost_race() {
                Some(race) => Attempt::LostRace(race, error.into()),
                // The commit may or may not have happened; the caller's retry with the same key finds out.
                None => Attempt::Broken(error.into()),
            },
        },
        Ok(Err(error)) => rolled_back(session, error),
        Err(_) => {
            let _ = session.roll_back();
            Attempt::Broken(panicked().into())
        }
    }
}

fn rolled_back(session: &PgSession, error: Failure) -> Attempt {
    if session.roll_back().is_err() {
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
