//! Carries out results whose dispute window is over, pays voters, and makes void what nobody resolved.

use crate::app::App;
use crate::usecase::event_settle;
use stall::{Scope, TimedJob};
use std::time::Duration;

/// Twice a second.
pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "settle_events",
        every: Duration::from_millis(500),
        scope: Scope::OneNode,
        run: |app| Box::pin(async move { event_settle::run(&app).await }),
    }
}
