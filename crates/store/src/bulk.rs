//! Many rows at once: a prepared loop on SQLite, one `UNNEST` statement on PostgreSQL.
//!
//! The planner trap of PostgreSQL: write look-ups as `UNNEST .. CROSS JOIN LATERAL (SELECT .. OFFSET 0)`, or a plan
//! prepared on a small table scans the grown one.

use crate::param::without_nul;
use crate::postgres::{Encoded, Op, Statement};
use crate::sql::{self, expect_rows};
use crate::tx::On;
use crate::{Row, StoreError, Tx};
use rusqlite::types::{Null, ValueRef};
use tokio_postgres::types::{ToSql as PgToSql, Type};

/// The two texts of one bulk statement, written beside each other. SQLite's is run once per row with `$1..$n` bound to
/// that row's columns; PostgreSQL's once, with `$1..$n` bound to whole columns as arrays.
#[derive(Debug, Clone, Copy)]
pub struct BulkSql {
    /// Run once per row.
    pub sqlite: &'static str,
    /// Run once for all rows. A look-up must return the row's ordinality (from 1) as its first column.
    pub postgres: &'static str,
}

/// One column of the rows to bind. All columns of a statement have the same length.
#[derive(Debug, Clone, Copy)]
pub enum Column<'a> {
    /// `BIGINT[]`
    Int(&'a [i64]),
    /// `BIGINT[]` with NULLs
    OptInt(&'a [Option<i64>]),
    /// `TEXT[]`
    Text(&'a [&'a str]),
    /// `BYTEA[]`
    Blob(&'a [&'a [u8]]),
    /// `BOOLEAN[]`
    Bool(&'a [bool]),
}

impl Column<'_> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Int(v) => v.len(),
            Self::OptInt(v) => v.len(),
            Self::Text(v) => v.len(),
            Self::Blob(v) => v.len(),
            Self::Bool(v) => v.len(),
        }
    }

    fn bind(&self, statement: &mut rusqlite::Statement<'_>, at: usize, row: usize) -> rusqlite::Result<()> {
        match self {
            Self::Int(v) => statement.raw_bind_parameter(at, v[row]),
            Self::OptInt(v) => match v[row] {
                Some(value) => statement.raw_bind_parameter(at, value),
                None => statement.raw_bind_parameter(at, Null),
            },
            Self::Text(v) => statement.raw_bind_parameter(at, without_nul(v[row])?),
            Self::Blob(v) => statement
                .raw_bind_parameter(at, rusqlite::types::ToSqlOutput::Borrowed(ValueRef::Blob(v[row]))),
            Self::Bool(v) => statement.raw_bind_parameter(at, v[row]),
        }
    }

    /// The column in PostgreSQL's own form.
    fn encoded(&self) -> Result<Encoded, StoreError> {
        let of = match self {
            Self::Int(_) | Self::OptInt(_) => Type::INT8_ARRAY,
            Self::Text(_) => Type::TEXT_ARRAY,
            Self::Blob(_) => Type::BYTEA_ARRAY,
            Self::Bool(_) => Type::BOOL_ARRAY,
        };
        Encoded::new(self.as_array(), of)
    }

    fn as_array(&self) -> &(dyn PgToSql + Sync) {
        match self {
            Self::Int(v) => v,
            Self::OptInt(v) => v,
            Self::Text(v) => v,
            Self::Blob(v) => v,
            Self::Bool(v) => v,
        }
    }
}

impl Tx<'_> {
    /// Runs `sql` for every row of `columns`; how many rows changed in all.
    pub fn bulk_execute(&mut self, sql: BulkSql, columns: &[Column<'_>]) -> Result<u64, StoreError> {
        let rows = columns.first().map_or(0, Column::len);
        if rows == 0 {
            return Ok(0);
        }
        match self.on {
            On::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(sql::for_sqlite(sql.sqlite))?;
                let mut changed = 0;
                self.wrote |= !statement.readonly();
                for row in 0..rows {
                    for (at, column) in columns.iter().enumerate() {
                        column.bind(&mut statement, at + 1, row)?;
                    }
                    changed += statement.raw_execute()? as u64;
                }
                Ok(changed)
            }
            On::Postgres(session) => session.execute(bound(sql.postgres, columns)?),
        }
    }

    /// Runs `sql` for every row of `columns`, of which nobody waits for the count. On PostgreSQL the statement is sent with the
    /// next one whose answer is waited for, or with the commit, and fails that: whoever must turn its failure into words of
    /// their own uses [`Tx::bulk_execute`].
    pub fn bulk_write(&mut self, sql: BulkSql, columns: &[Column<'_>]) -> Result<(), StoreError> {
        match self.on {
            On::Postgres(session) if columns.first().map_or(0, Column::len) > 0 => {
                session.queue(Op::Change(bound(sql.postgres, columns)?))
            }
            On::Sqlite(_) | On::Postgres(_) => self.bulk_execute(sql, columns).map(drop),
        }
    }

    /// The same, where each row must change one row of `table`. Errors: `Corrupt` where another number did; nothing of the
    /// transaction is kept then.
    pub fn bulk_change(
        &mut self,
        table: &'static str,
        sql: BulkSql,
        columns: &[Column<'_>],
    ) -> Result<(), StoreError> {
        let rows = columns.first().map_or(0, Column::len);
        match self.on {
            On::Postgres(session) if rows > 0 => {
                session.queue(Op::exact(bound(sql.postgres, columns)?, table, rows as u64))
            }
            On::Sqlite(_) | On::Postgres(_) => {
                expect_rows(table, self.bulk_execute(sql, columns)?, rows as u64)
            }
        }
    }

    /// Looks up every row of `columns`; `read` gets the index of the row it answers (from 0) and the found row, whose
    /// columns start at `first`: 0 on SQLite, 1 on PostgreSQL (its column 0 is the ordinality).
    pub fn bulk_query(
        &mut self,
        sql: BulkSql,
        columns: &[Column<'_>],
        mut read: impl FnMut(usize, &Row<'_>, usize) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let rows = columns.first().map_or(0, Column::len);
        if rows == 0 {
            return Ok(());
        }
        match self.on {
            On::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(sql::for_sqlite(sql.sqlite))?;
                for row in 0..rows {
                    for (at, column) in columns.iter().enumerate() {
                        column.bind(&mut statement, at + 1, row)?;
                    }
                    let mut found = statement.raw_query();
                    while let Some(hit) = found.next()? {
                        read(row, &Row::Sqlite(hit), 0)?;
                    }
                }
                Ok(())
            }
            On::Postgres(session) => {
                for hit in session.query(bound(sql.postgres, columns)?)? {
                    let hit = Row::Postgres(&hit);
                    read(ordinality(&hit)?, &hit, 1)?;
                }
                Ok(())
            }
        }
    }
}

/// Which row of the question an answer is to, from 0.
pub(crate) fn ordinality(hit: &Row<'_>) -> Result<usize, StoreError> {
    usize::try_from(hit.int(0)? - 1)
        .map_err(|_| StoreError::Corrupt("a bulk look-up without ordinality".into()))
}

/// A statement with its columns bound.
pub(crate) fn bound(sql: &'static str, columns: &[Column<'_>]) -> Result<Statement, StoreError> {
    let value = |column: &Column<'_>| Ok(Box::new(column.encoded()?) as _);
    Ok(Statement { sql, values: columns.iter().map(value).collect::<Result<_, StoreError>>()? })
}
