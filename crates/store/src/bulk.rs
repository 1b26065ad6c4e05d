//! Many rows at once: a prepared loop on SQLite, one `UNNEST` statement on PostgreSQL.
//!
//! The planner trap of PostgreSQL: write look-ups as `UNNEST .. CROSS JOIN LATERAL (SELECT .. OFFSET 0)`, or a plan
//! prepared on a small table scans the grown one.

use crate::param::without_nul;
use crate::tx::On;
use crate::{Row, StoreError, Tx, sql};
use rusqlite::types::{Null, ValueRef};
use tokio_postgres::types::ToSql as PgToSql;

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
    fn len(&self) -> usize {
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
            On::Postgres(session) => session.execute_arrays(sql.postgres, &arrays(columns)),
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
                for hit in session.query_arrays(sql.postgres, &arrays(columns))? {
                    let hit = Row::Postgres(&hit);
                    let row = usize::try_from(hit.int(0)? - 1)
                        .map_err(|_| StoreError::Corrupt("a bulk look-up without ordinality".into()))?;
                    read(row, &hit, 1)?;
                }
                Ok(())
            }
        }
    }
}

fn arrays<'a>(columns: &'a [Column<'a>]) -> Vec<&'a (dyn PgToSql + Sync)> {
    columns.iter().map(Column::as_array).collect()
}
