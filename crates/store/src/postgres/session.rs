//! One connection seen synchronously: closures run on a blocking thread and wait for each statement.

use crate::{Param, StoreError};
use std::cell::{Cell, RefCell};
use tokio::runtime::Handle;
use tokio::time::Instant;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

/// A pooled connection and the runtime that drives it. Never used from an async task.
pub struct PgSession {
    client: deadpool_postgres::Object,
    runtime: Handle,
    /// The last failure that a second run of the transaction can mend, also when the closure has turned it into its
    /// own error type.
    lost_race: RefCell<Option<StoreError>>,
    /// Whether a statement of this transaction failed: the server has aborted it, and would answer a commit with yes.
    failed: Cell<bool>,
    /// What the server said last when it could not keep anything, or that it said nothing.
    lost_server: RefCell<Option<StoreError>>,
    /// Whether a statement was to change something.
    wrote: Cell<bool>,
    /// When whoever waits is told that nobody answered; none: they wait for as long as it takes.
    deadline: Option<Instant>,
}

impl PgSession {
    pub(crate) fn new(client: deadpool_postgres::Object, runtime: Handle, deadline: Option<Instant>) -> Self {
        Self {
            client,
            runtime,
            lost_race: RefCell::new(None),
            failed: Cell::new(false),
            lost_server: RefCell::new(None),
            wrote: Cell::new(false),
            deadline,
        }
    }

    /// Takes the failure that a second run can mend, if there was one.
    pub(crate) fn take_lost_race(&self) -> Option<StoreError> {
        self.lost_race.borrow_mut().take()
    }

    /// Begins a transaction with `script`, which no earlier one has failed.
    pub(crate) fn begin(&self, script: &str) -> Result<(), StoreError> {
        self.failed.set(false);
        self.lost_race.borrow_mut().take();
        self.script(script)
    }

    /// Whether a statement of this transaction failed.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.get()
    }

    /// Whether the server was lost, or can keep nothing any more: the connection is of no use.
    pub(crate) fn has_lost_server(&self) -> bool {
        self.lost_server.borrow().is_some()
    }

    /// What the server said when it was lost.
    pub(crate) fn server_failure(&self) -> Option<StoreError> {
        self.lost_server.borrow().clone()
    }

    /// Whether a statement was to change something.
    pub(crate) fn has_written(&self) -> bool {
        self.wrote.get()
    }

    /// Waits for the server, until the deadline at most.
    fn wait<T>(&self, answer: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        let Some(deadline) = self.deadline else { return self.runtime.block_on(answer) };
        let in_time = self.runtime.block_on(async { tokio::time::timeout_at(deadline, answer).await });
        in_time.unwrap_or_else(|_| Err(StoreError::Unavailable("PostgreSQL did not answer in time".into())))
    }

    fn noted<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        self.failed.set(self.failed.get() || result.is_err());
        if let Err(error @ (StoreError::Serialization(_) | StoreError::Unique(_))) = &result {
            *self.lost_race.borrow_mut() = Some(error.clone());
        }
        if let Err(error @ StoreError::Unavailable(_)) = &result {
            *self.lost_server.borrow_mut() = Some(error.clone());
        }
        result
    }

    pub(crate) fn execute(&self, sql: &'static str, params: &[Param]) -> Result<u64, StoreError> {
        self.execute_arrays(sql, &references(params))
    }

    pub(crate) fn query(&self, sql: &'static str, params: &[Param]) -> Result<Vec<Row>, StoreError> {
        self.query_arrays(sql, &references(params))
    }

    pub(crate) fn execute_arrays(
        &self,
        sql: &'static str,
        params: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, StoreError> {
        self.wrote.set(true);
        self.noted(self.wait(async {
            let statement = self.client.prepare_cached(sql).await?;
            Ok(self.client.execute(&statement, params).await?)
        }))
    }

    pub(crate) fn query_arrays(
        &self,
        sql: &'static str,
        params: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, StoreError> {
        self.noted(self.wait(async {
            let statement = self.client.prepare_cached(sql).await?;
            Ok(self.client.query(&statement, params).await?)
        }))
    }

    pub(crate) fn script(&self, text: &str) -> Result<(), StoreError> {
        self.noted(self.wait(async { Ok(self.client.batch_execute(text).await?) }))
    }

    /// Gives the connection up instead of back to the pool, after a transaction whose end is unknown.
    pub(crate) fn discard(self) {
        drop(deadpool_postgres::Object::take(self.client));
    }
}

fn references(params: &[Param]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|param| param as &(dyn ToSql + Sync)).collect()
}
