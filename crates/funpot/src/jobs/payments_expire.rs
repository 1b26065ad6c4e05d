//! Ends invoices that nobody paid in time.

use crate::app::App;
use crate::usecase::payments_expire;
use stall::{Scope, TimedJob};
use std::time::Duration;

/// Once a minute.
pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "payments_expire",
        every: Duration::from_secs(60),
        scope: Scope::OneNode,
        run: |app| Box::pin(async move { payments_expire::run(&app).await }),
    }
}
