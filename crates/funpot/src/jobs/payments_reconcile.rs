//! Compares Telegram's transactions with ours.

use crate::app::App;
use crate::usecase::payments_reconcile;
use stall::{Scope, TimedJob};
use std::time::Duration;

/// Looks every other second whether it is due.
pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "payments_reconcile",
        every: Duration::from_secs(2),
        scope: Scope::OneNode,
        run: |app| Box::pin(async move { payments_reconcile::run(&app).await }),
    }
}
