//! Every five seconds: what is shown as free is compared with the accounts, and corrected.

use crate::app::App;
use crate::usecase::seats_reconcile;
use futures_util::FutureExt;
use stall::{Scope, TimedJob};
use std::time::Duration;

pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "reconcile_seats",
        every: Duration::from_secs(5),
        scope: Scope::EveryNode,
        // It does not do more by being run again at once, so it never reports work left.
        run: |app| async move { seats_reconcile::run(&app).await.map(|_| 0) }.boxed(),
    }
}
