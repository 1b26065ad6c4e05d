//! The lease of a job that one node at a time runs. On SQLite the file's lock keeps other processes out and nothing is asked;
//! on PostgreSQL a row says who does the work until when, and is renewed when half of that time is over.

use kernel::{Clock, Timestamp};
use std::sync::Arc;
use store::{Backend, Store, StoreError, leases};

/// How long a node that has stopped renewing keeps the others out, seconds. After a crash the work rests for this long.
const LEASE_S: i64 = 10;

/// What one node knows of one lease.
pub(crate) struct Lease {
    store: Store,
    clock: Arc<dyn Clock>,
    name: String,
    owner: String,
    /// Until when it is surely ours.
    until: Timestamp,
}

impl Lease {
    /// The lease of the job `job`, for the process `owner`.
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>, job: &str, owner: &str) -> Self {
        Self {
            store,
            clock,
            name: format!("job:{job}"),
            owner: owner.to_owned(),
            until: Timestamp::default(),
        }
    }

    /// Whether the work is ours now; takes or renews the lease where that is needed.
    pub(crate) async fn is_held(&mut self) -> Result<bool, StoreError> {
        let now = self.clock.now();
        if self.store.backend() == Backend::Sqlite || now.plus_secs(LEASE_S / 2) < self.until {
            return Ok(true);
        }
        let (name, owner, until) = (self.name.clone(), self.owner.clone(), now.plus_secs(LEASE_S));
        let held = self.store.write(move |tx| leases::acquire(tx, &name, &owner, now, until)).await?;
        self.until = if held { until } else { Timestamp::default() };
        Ok(held)
    }

    /// Gives it back, so that another node goes on at once. What cannot be given back runs out by itself.
    pub(crate) async fn release(self) {
        if self.store.backend() == Backend::Sqlite || self.until == Timestamp::default() {
            return;
        }
        let (name, owner) = (self.name, self.owner);
        let _ = self.store.write(move |tx| leases::release(tx, &name, &owner)).await;
    }
}
