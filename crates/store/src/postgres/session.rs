//! One connection seen synchronously: closures run on a thread of their own and wait for each flight of statements.

use super::flight::{self, Failed};
use super::op::{Answer, Op, Statement};
use crate::StoreError;
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use tokio::runtime::{Handle, Runtime};
use tokio::time::Instant;
use tokio_postgres::Row;

/// Writes that wait at most; more are sent without waiting for the end of the transaction.
const QUEUE_MAX: usize = 64;

/// Who drives a connection while somebody waits for it.
#[derive(Clone)]
pub(crate) enum Driver {
    /// A runtime with threads of its own.
    Shared(Handle),
    /// The thread that waits.
    Own(Arc<Runtime>),
}

impl Driver {
    pub(crate) fn wait<T>(&self, answer: impl Future<Output = T>) -> T {
        match self {
            Self::Shared(handle) => handle.block_on(answer),
            Self::Own(runtime) => runtime.block_on(answer),
        }
    }
}

/// A pooled connection and what drives it. Never used from an async task.
pub struct PgSession {
    client: deadpool_postgres::Object,
    driver: Driver,
    /// What is to be sent before anything else: the beginning of the transaction, then writes whose counts nobody waits for.
    queue: RefCell<Vec<Op>>,
    /// Whether the server knows of the transaction.
    is_begun: Cell<bool>,
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

/// Why a transaction was not committed.
pub(crate) enum NotCommitted {
    /// A statement before the commit failed: nothing was kept.
    Refused(StoreError),
    /// The commit itself had no answer, or a bad one.
    Unknown(StoreError),
}

impl PgSession {
    pub(crate) fn new(client: deadpool_postgres::Object, driver: Driver, deadline: Option<Instant>) -> Self {
        Self {
            client,
            driver,
            queue: RefCell::default(),
            is_begun: Cell::new(false),
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

    /// Begins a transaction with `script`, which no earlier one has failed. The server hears of it with the first statement.
    pub(crate) fn begin(&self, script: &str) {
        self.failed.set(false);
        self.is_begun.set(false);
        self.lost_race.borrow_mut().take();
        self.queue.replace(vec![Op::Script(script.to_owned())]);
    }

    /// Sends what waits and commits, in one flight. A transaction without a statement is over without it.
    pub(crate) fn commit(&self) -> Result<(), NotCommitted> {
        if !self.is_begun.get() && self.queue.borrow().len() <= 1 {
            self.queue.take();
            return Ok(());
        }
        let before = self.queue.borrow().len();
        match self.fly(vec![Op::Script("COMMIT".to_owned())]) {
            Ok(_) => Ok(()),
            Err(Failed { at, error }) if at < before && !matches!(error, StoreError::Unavailable(_)) => {
                Err(NotCommitted::Refused(error))
            }
            Err(Failed { error, .. }) => Err(NotCommitted::Unknown(error)),
        }
    }

    /// Undoes the transaction, and forgets what waits.
    pub(crate) fn roll_back(&self) -> Result<(), StoreError> {
        self.queue.take();
        if self.is_begun.replace(false) { self.script("ROLLBACK") } else { Ok(()) }
    }

    /// Sends what waits besides the beginning of the transaction.
    pub(crate) fn flush(&self) -> Result<(), StoreError> {
        let waits = self.queue.borrow().len() > usize::from(!self.is_begun.get());
        if waits { self.fly(Vec::new()).map(drop).map_err(|failed| failed.error) } else { Ok(()) }
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

    /// Sends what waits and then `ops`, and waits for the answers to `ops`, until the deadline at most.
    fn fly(&self, ops: Vec<Op>) -> Result<Vec<Answer>, Failed> {
        let mut all = self.queue.take();
        let before = all.len();
        all.extend(ops);
        self.is_begun.set(true);
        let run = flight::run(&self.client, &all);
        let answers = match self.deadline {
            None => self.driver.wait(run),
            Some(deadline) => self
                .driver
                .wait(async { tokio::time::timeout_at(deadline, run).await })
                .unwrap_or_else(|_| Err(Failed { at: all.len(), error: no_answer() })),
        };
        let mut answers = answers.inspect_err(|failed| self.note(&failed.error))?;
        answers.drain(..before);
        Ok(answers)
    }

    fn note(&self, error: &StoreError) {
        self.failed.set(true);
        if matches!(error, StoreError::Serialization(_) | StoreError::Unique(_)) {
            *self.lost_race.borrow_mut() = Some(error.clone());
        }
        if matches!(error, StoreError::Unavailable(_)) {
            *self.lost_server.borrow_mut() = Some(error.clone());
        }
    }

    /// Sends `op` with all that waits, and waits for its answer.
    fn ask(&self, op: Op) -> Result<Answer, StoreError> {
        let mut answers = self.fly(vec![op]).map_err(|failed| failed.error)?;
        Ok(answers.pop().unwrap_or(Answer::Changed(0)))
    }

    /// Asks several questions in one flight; the rows of each.
    pub(crate) fn query_all(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, StoreError> {
        let asked = statements.into_iter().map(Op::Query).collect();
        Ok(self.fly(asked).map_err(|failed| failed.error)?.into_iter().map(rows).collect())
    }

    pub(crate) fn query(&self, statement: Statement) -> Result<Vec<Row>, StoreError> {
        self.ask(Op::Query(statement)).map(rows)
    }

    pub(crate) fn execute(&self, statement: Statement) -> Result<u64, StoreError> {
        self.wrote.set(true);
        match self.ask(Op::Change(statement))? {
            Answer::Changed(rows) => Ok(rows),
            Answer::Rows(rows) => Ok(rows.len() as u64),
        }
    }

    /// Puts a write behind those that wait.
    pub(crate) fn queue(&self, op: Op) -> Result<(), StoreError> {
        self.wrote.set(true);
        self.queue.borrow_mut().push(op);
        if self.queue.borrow().len() < QUEUE_MAX { Ok(()) } else { self.flush() }
    }

    pub(crate) fn script(&self, text: &str) -> Result<(), StoreError> {
        self.ask(Op::Script(text.to_owned())).map(drop)
    }

    /// Gives the connection up instead of back to the pool, after a transaction whose end is unknown.
    pub(crate) fn discard(self) {
        drop(deadpool_postgres::Object::take(self.client));
    }
}

fn rows(answer: Answer) -> Vec<Row> {
    match answer {
        Answer::Rows(rows) => rows,
        Answer::Changed(_) => Vec::new(),
    }
}

fn no_answer() -> StoreError {
    StoreError::Unavailable("PostgreSQL did not answer in time".into())
}
