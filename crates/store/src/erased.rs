//! Closures of transactions with their types taken off, so that the machinery of a transaction is compiled once and not
//! anew for each of the hundreds of closures of a stall. The types come back at the door, in [`typed`].

use crate::{StoreError, Tx};
use std::any::Any;

/// A value whose type the caller knows.
pub(crate) type AnyValue = Box<dyn Any + Send>;

/// What work came to.
pub(crate) type Outcome = Result<AnyValue, Failure>;

/// Work that may run again.
pub(crate) type WriteWork = Box<dyn FnMut(&mut Tx<'_>) -> Outcome + Send>;

/// Work that runs once.
pub(crate) type ReadWork = Box<dyn FnOnce(&mut Tx<'_>) -> Outcome + Send>;

/// Why there is no value.
pub(crate) enum Failure {
    /// The work's own error.
    Work(AnyValue),
    /// The store's.
    Store(StoreError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Takes the types off work that writes.
pub(crate) fn write_work<T, E, F>(mut work: F) -> WriteWork
where
    T: Send + 'static,
    E: Send + 'static,
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
{
    Box::new(move |tx| outcome(work(tx)))
}

/// Takes the types off work that reads.
pub(crate) fn read_work<T, E, F>(work: F) -> ReadWork
where
    T: Send + 'static,
    E: Send + 'static,
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
{
    Box::new(move |tx| outcome(work(tx)))
}

fn outcome<T: Send + 'static, E: Send + 'static>(result: Result<T, E>) -> Outcome {
    match result {
        Ok(value) => Ok(Box::new(value)),
        Err(error) => Err(Failure::Work(Box::new(error))),
    }
}

/// Gives the outcome of work the types that it was made with.
pub(crate) fn typed<T: 'static, E: From<StoreError> + 'static>(outcome: Outcome) -> Result<T, E> {
    match outcome {
        Ok(value) => Ok(*value.downcast().expect("work ends in the value that its closure returns")),
        Err(Failure::Work(error)) => {
            Err(*error.downcast().expect("work ends in the error that its closure returns"))
        }
        Err(Failure::Store(error)) => Err(error.into()),
    }
}
