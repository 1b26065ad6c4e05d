//! What is sent to the server: a statement with its values in hand, so that it can wait and be sent with others.

use crate::{Param, StoreError};
use bytes::BytesMut;
use parking_lot::RwLock;
use std::collections::HashMap;
use std::sync::LazyLock;
use tokio_postgres::Row;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

/// One thing to send.
pub(crate) enum Op {
    /// Text without values (`BEGIN`, migrations).
    Script(String),
    /// A statement whose rows are read.
    Query(Statement),
    /// A statement that changes rows; how many is told.
    Change(Statement),
    /// A statement that must change so many rows of a table: the server itself fails the transaction otherwise, so that a commit
    /// may be on its way behind it.
    Exact(Statement, &'static str, u64),
}

/// A statement and its values.
pub(crate) struct Statement {
    pub sql: &'static str,
    pub values: Vec<Box<dyn ToSql + Sync + Send>>,
}

/// What came back.
pub(crate) enum Answer {
    Changed(u64),
    Rows(Vec<Row>),
}

impl Op {
    /// See [`Op::Exact`].
    pub(crate) fn exact(mut statement: Statement, table: &'static str, rows: u64) -> Self {
        statement.values.push(Box::new(rows.cast_signed()));
        Self::Exact(statement, table, rows)
    }

    /// What its failure means to whoever waits.
    pub(super) fn failure(&self, error: tokio_postgres::Error) -> StoreError {
        match self {
            Self::Exact(_, table, rows)
                if error.code() == Some(&tokio_postgres::error::SqlState::DIVISION_BY_ZERO) =>
            {
                StoreError::Corrupt(format!("other rows of {table} changed than the {rows} that should have"))
            }
            _ => error.into(),
        }
    }
}

impl Statement {
    /// A statement with single values.
    pub(crate) fn of_params(sql: &'static str, params: &[Param]) -> Self {
        let values = params.iter().map(|param| Box::new(param.clone()) as Box<dyn ToSql + Sync + Send>);
        Self { sql, values: values.collect() }
    }

    /// The statement that fails unless it changes as many rows as its last value says.
    pub(super) fn counted(&self) -> &'static str {
        counted(self.sql, self.values.len())
    }

    pub(super) fn references(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.values.iter().map(|value| &**value as &(dyn ToSql + Sync)).collect()
    }
}

/// An array in the server's own form, written when it was bound: whoever bound it keeps the rows.
#[derive(Debug)]
pub(crate) struct Encoded {
    of: Type,
    bytes: BytesMut,
}

impl Encoded {
    /// Writes `array` as values of `of`. Errors: a value that the type cannot hold.
    pub(crate) fn new(array: &(dyn ToSql + Sync), of: Type) -> Result<Self, StoreError> {
        let mut bytes = BytesMut::new();
        array.to_sql_checked(&of, &mut bytes).map_err(|error| StoreError::Database(error.to_string()))?;
        Ok(Self { of, bytes })
    }
}

impl ToSql for Encoded {
    fn to_sql(
        &self,
        of: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        if *of != self.of {
            return Err(format!("a column of {} where {of} is bound", self.of).into());
        }
        out.extend_from_slice(&self.bytes);
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// Statements that count, by the address of their text; as many as there are statements.
static COUNTED: LazyLock<RwLock<HashMap<(usize, usize), &'static str>>> = LazyLock::new(Default::default);

/// `sql`, failing with a division by zero unless it changes as many rows as the value behind its own says.
fn counted(sql: &'static str, values: usize) -> &'static str {
    let key = (sql.as_ptr() as usize, sql.len());
    if let Some(done) = COUNTED.read().get(&key) {
        return done;
    }
    let text = format!(
        "WITH changed AS ({sql} RETURNING 1) SELECT 1 / CASE WHEN COUNT(*) = ${values} THEN 1 ELSE 0 END FROM changed"
    );
    COUNTED.write().entry(key).or_insert_with(|| Box::leak(text.into_boxed_str()))
}
