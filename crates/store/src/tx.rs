//! A transaction in progress, the same to its user on both backends.

use crate::memtable::Memtable;
use crate::postgres::{Op, PgSession, Statement};
use crate::sql::{self, expect_rows};
use crate::{Param, Row, StoreError};

/// Which engine is underneath. For the few statements that must differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// A transaction. It ends with the closure it was handed to: `Ok` is kept, `Err` is rolled back.
pub struct Tx<'c> {
    pub(crate) on: On<'c>,
    /// Whether a statement may have changed something (SQLite). One that failed has changed nothing.
    pub(crate) wrote: bool,
    /// The last failure of a statement, also when the closure has turned it into its own error type (SQLite).
    pub(crate) failure: Option<StoreError>,
    /// The newest locators (SQLite).
    pub(crate) memtable: Memtable<'c>,
}

pub(crate) enum On<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres(&'c PgSession),
}

impl<'c> Tx<'c> {
    pub(crate) fn new(on: On<'c>) -> Self {
        Self::with_memtable(on, Memtable::Absent)
    }

    pub(crate) const fn with_memtable(on: On<'c>, memtable: Memtable<'c>) -> Self {
        Self { on, wrote: false, failure: None, memtable }
    }
}

impl Tx<'_> {
    /// The engine underneath.
    #[must_use]
    pub fn backend(&self) -> Backend {
        match self.on {
            On::Sqlite(_) => Backend::Sqlite,
            On::Postgres(_) => Backend::Postgres,
        }
    }

    /// Picks the text for this engine, where one text cannot serve both.
    #[must_use]
    pub fn pick(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self.on {
            On::Sqlite(_) => sqlite,
            On::Postgres(_) => postgres,
        }
    }

    pub(crate) fn noted<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &result {
            self.failure = Some(error.clone());
        }
        result
    }

    /// Runs a statement; the number of rows it changed.
    pub fn execute(&mut self, sql: &'static str, params: &[Param]) -> Result<u64, StoreError> {
        let done = self.run(sql, params);
        self.noted(done)
    }

    fn run(&mut self, sql: &'static str, params: &[Param]) -> Result<u64, StoreError> {
        match self.on {
            On::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(sql::for_sqlite(sql))?;
                let changed = statement.execute(rusqlite::params_from_iter(params))? as u64;
                self.wrote |= !statement.readonly();
                Ok(changed)
            }
            On::Postgres(session) => session.execute(Statement::of_params(sql, params)),
        }
    }

    /// Runs a statement of which nobody waits for the count; see [`Tx::bulk_write`] for when it is sent.
    pub fn write(&mut self, sql: &'static str, params: &[Param]) -> Result<(), StoreError> {
        match self.on {
            On::Sqlite(_) => self.execute(sql, params).map(drop),
            On::Postgres(session) => session.queue(Op::Change(Statement::of_params(sql, params))),
        }
    }

    /// The same, where one row of `table` must change. Errors: `Corrupt` where none or several did; nothing of the transaction
    /// is kept then.
    pub fn change(
        &mut self,
        table: &'static str,
        sql: &'static str,
        params: &[Param],
    ) -> Result<(), StoreError> {
        match self.on {
            On::Sqlite(_) => expect_rows(table, self.execute(sql, params)?, 1),
            On::Postgres(session) => session.queue(Op::exact(Statement::of_params(sql, params), table, 1)),
        }
    }

    /// Runs a query and reads every row.
    pub fn query<T>(
        &mut self,
        sql: &'static str,
        params: &[Param],
        read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let rows = self.rows(sql, params, read);
        self.noted(rows)
    }

    fn rows<T>(
        &mut self,
        sql: &'static str,
        params: &[Param],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        match self.on {
            On::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(sql::for_sqlite(sql))?;
                // `RETURNING` changes rows before it answers the first.
                self.wrote |= !statement.readonly();
                let mut rows = statement.query(rusqlite::params_from_iter(params))?;
                let mut all = Vec::new();
                while let Some(row) = rows.next()? {
                    all.push(read(&Row::Sqlite(row))?);
                }
                Ok(all)
            }
            On::Postgres(session) => session
                .query(Statement::of_params(sql, params))?
                .iter()
                .map(|row| read(&Row::Postgres(row)))
                .collect(),
        }
    }

    /// Runs a query that finds at most one row. More than one is an error.
    pub fn query_opt<T>(
        &mut self,
        sql: &'static str,
        params: &[Param],
        read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut rows = self.query(sql, params, read)?;
        if rows.len() > 1 {
            return Err(StoreError::Corrupt(format!("{} rows where one was expected: {sql}", rows.len())));
        }
        Ok(rows.pop())
    }

    /// Runs a query that finds exactly one row.
    pub fn query_one<T>(
        &mut self,
        sql: &'static str,
        params: &[Param],
        read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.query_opt(sql, params, read)?
            .ok_or_else(|| StoreError::Corrupt(format!("no row where one was expected: {sql}")))
    }

    /// Runs several statements without parameters, as migrations do.
    pub(crate) fn script(&mut self, text: &str) -> Result<(), StoreError> {
        match self.on {
            On::Sqlite(conn) => {
                self.wrote = true;
                Ok(conn.execute_batch(text)?)
            }
            On::Postgres(session) => session.script(text),
        }
    }
}
