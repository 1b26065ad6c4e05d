//! A thread's own connection: whoever writes batch after batch waits for the server without a hop to another thread.

use super::PgPool;
use crate::StoreError;
use crate::erased::{Outcome, WriteWork};
use std::sync::Arc;
use tokio::runtime::{Builder, Runtime};

/// Lives on one thread, which alone drives its connection: while it does something else, nothing is sent.
pub(crate) struct PgWorker {
    /// The stall's pool: when it is closed, the worker is.
    shared: PgPool,
    own: PgPool,
    runtime: Arc<Runtime>,
}

impl PgWorker {
    /// A worker beside `shared`; it connects with its first write.
    pub(crate) fn start(shared: &PgPool) -> Result<Self, StoreError> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime =
            runtime.map_err(|error| StoreError::Unfit(format!("cannot start a worker: {error}")))?;
        Ok(Self { shared: shared.clone(), own: shared.beside()?, runtime: Arc::new(runtime) })
    }

    /// As [`PgPool::write`], on this thread.
    pub(crate) fn write(&self, work: WriteWork) -> Outcome {
        if self.shared.is_closed() {
            return Err(StoreError::Closed.into());
        }
        self.own.write_here(&self.runtime, work)
    }

    /// Waits on this thread.
    pub(crate) fn wait<T>(&self, until: impl Future<Output = T>) -> T {
        self.runtime.block_on(until)
    }
}
