//! Timed work of the stall, a file each. A job says how often it runs; the binary drives it, tests drive it by hand.

mod expire_holds;
mod payments_follow;
mod reconcile_seats;
mod refresh_catalogue;
mod reload_blocked;
mod sweep_accounts;

use crate::app::App;
use futures_util::future::BoxFuture;
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;

/// One piece of timed work.
#[derive(Clone, Copy)]
pub struct TimedJob {
    /// Its name in logs and metrics.
    pub name: &'static str,
    /// How long to rest after a run that found nothing; a run that found something is followed by another at once.
    pub every: Duration,
    /// Does what is due now; how many things it did.
    pub run: fn(Arc<App>) -> BoxFuture<'static, Result<usize, StoreError>>,
}

/// Every job of the stall.
#[must_use]
pub fn all() -> Vec<TimedJob> {
    vec![
        expire_holds::job(),
        payments_follow::job(),
        reconcile_seats::job(),
        refresh_catalogue::job(),
        reload_blocked::job(),
        sweep_accounts::job(),
    ]
}
