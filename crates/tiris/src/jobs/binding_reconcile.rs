//! Compares wallets with their slices, each now and then.

use crate::app::App;
use crate::usecase::binding_reconcile;
use futures_util::FutureExt as _;
use stall::{Scope, TimedJob};
use std::time::Duration;

/// Looks every ten seconds for wallets that are due.
pub const JOB: TimedJob<App> = TimedJob {
    name: "tiris_binding_reconcile",
    every: Duration::from_secs(10),
    scope: Scope::OneNode,
    run: |app| async move { binding_reconcile::run_due(&app).await }.boxed(),
};
