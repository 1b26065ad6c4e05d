//! Whether the database keeps what it is given: the first write that it could not keep is remembered until one succeeds.

use crate::StoreError;
use parking_lot::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// What became of the last write that changed something.
#[derive(Debug, Default)]
pub(crate) struct WriteHealth {
    failing: AtomicBool,
    cause: Mutex<Option<StoreError>>,
}

impl WriteHealth {
    /// Takes a failure in; one that is not the database's own state changes nothing.
    pub(crate) fn failed(&self, error: &StoreError) {
        if matches!(error, StoreError::Unavailable(_)) {
            *self.cause.lock() = Some(error.clone());
            self.failing.store(true, Ordering::Release);
        }
    }

    /// A write was kept.
    pub(crate) fn succeeded(&self) {
        if self.failing.swap(false, Ordering::AcqRel) {
            self.cause.lock().take();
            tracing::info!("the database keeps writes again");
        }
    }

    /// Why the last write was not kept; none: it was.
    pub(crate) fn failure(&self) -> Option<StoreError> {
        if self.failing.load(Ordering::Acquire) { self.cause.lock().clone() } else { None }
    }
}
