//! Questions that go to the database together.
//!
//! A verb that needs several things, none of which depends on what another finds, asks for them in one flight: PostgreSQL is sent all
//! of them at once and answers them in order, each seeing (and locking) what it would have alone. On SQLite each is answered when
//! it is asked.

use crate::bulk::{bound, ordinality};
use crate::postgres::{PgSession, Statement};
use crate::tx::On;
use crate::{BulkSql, Column, Param, Row, StoreError, Tx};

/// What becomes of a row of an answer.
type Reader<'f> = Box<dyn FnMut(&Row<'_>) -> Result<(), StoreError> + 'f>;

/// A flight being filled. What its questions fill in is there after [`Flight::land`].
#[must_use = "questions are answered when the flight lands"]
pub struct Flight<'t, 'c, 'f> {
    tx: &'t mut Tx<'c>,
    statements: Vec<Statement>,
    readers: Vec<Reader<'f>>,
}

impl<'c> Tx<'c> {
    /// A flight of this transaction.
    pub fn flight<'f>(&mut self) -> Flight<'_, 'c, 'f> {
        Flight { tx: self, statements: Vec::new(), readers: Vec::new() }
    }
}

impl<'c, 'f> Flight<'_, 'c, 'f> {
    /// The transaction, on an engine that answers each question when it is asked.
    pub fn at_once(&mut self) -> Option<&mut Tx<'c>> {
        match self.tx.on {
            On::Sqlite(_) => Some(self.tx),
            On::Postgres(_) => None,
        }
    }

    /// Asks as [`Tx::query`] does.
    pub fn query(
        &mut self,
        sql: &'static str,
        params: &[Param],
        mut read: impl FnMut(&Row<'_>) -> Result<(), StoreError> + 'f,
    ) -> Result<(), StoreError> {
        if let Some(tx) = self.at_once() {
            return tx.query(sql, params, read).map(drop);
        }
        self.push(Statement::of_params(sql, params), Box::new(move |row| read(row)));
        Ok(())
    }

    /// Asks as [`Tx::bulk_query`] does.
    pub fn bulk_query(
        &mut self,
        sql: BulkSql,
        columns: &[Column<'_>],
        mut read: impl FnMut(usize, &Row<'_>, usize) -> Result<(), StoreError> + 'f,
    ) -> Result<(), StoreError> {
        if let Some(tx) = self.at_once() {
            return tx.bulk_query(sql, columns, read);
        }
        if columns.first().is_some_and(|column| column.len() > 0) {
            let statement = bound(sql.postgres, columns)?;
            self.push(statement, Box::new(move |row| read(ordinality(row)?, row, 1)));
        }
        Ok(())
    }

    /// Asks PostgreSQL alone, with columns of whatever lengths: a look-up that joins what SQLite asks one after the other.
    pub fn joined(
        &mut self,
        sql: &'static str,
        columns: &[Column<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<(), StoreError> + 'f,
    ) -> Result<(), StoreError> {
        self.push(bound(sql, columns)?, Box::new(move |row| read(row)));
        Ok(())
    }

    fn push(&mut self, statement: Statement, reader: Reader<'f>) {
        self.statements.push(statement);
        self.readers.push(reader);
    }

    /// Sends all and reads the answers in the order of the questions.
    pub fn land(mut self) -> Result<(), StoreError> {
        let On::Postgres(session) = self.tx.on else { return Ok(()) };
        if self.statements.is_empty() {
            return Ok(());
        }
        read_all(session, self.statements, &mut self.readers)
    }
}

fn read_all(
    session: &PgSession,
    statements: Vec<Statement>,
    readers: &mut [Reader<'_>],
) -> Result<(), StoreError> {
    let answers = session.query_all(statements)?;
    for (rows, read) in answers.iter().zip(readers) {
        rows.iter().try_for_each(|row| read(&Row::Postgres(row)))?;
    }
    Ok(())
}
