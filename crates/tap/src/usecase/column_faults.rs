//! What one column's fault may stop: that column, and no other.

use store::StoreError;

/// The faults of one pass over the columns.
#[derive(Debug, Default)]
pub(super) struct Faults {
    first: Option<StoreError>,
}

impl Faults {
    /// The value; `None` for a column whose rows contradict each other, which is remembered. Errors: every other one, because
    /// it is not the column's own.
    pub(super) fn unless_corrupt<T>(&mut self, done: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
        match done {
            Ok(value) => Ok(Some(value)),
            Err(StoreError::Corrupt(what)) => {
                metrics::counter!("tap_column_faults_total").increment(1);
                self.first.get_or_insert(StoreError::Corrupt(what));
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }

    /// What the pass did, or the first fault it met.
    pub(super) fn first<T>(self, done: T) -> Result<T, StoreError> {
        self.first.map_or(Ok(done), Err)
    }
}
