//! Timed work of the stall.

use crate::app::App;
use crate::usecase::inspect;
use stall::{Scope, TimedJob};
use std::time::Duration;

/// Every job.
pub fn all() -> Vec<TimedJob<App>> {
    vec![TimedJob {
        name: "inspect",
        every: Duration::from_millis(200),
        scope: Scope::OneNode,
        run: |app| Box::pin(async move { inspect::run(&app).await }),
    }]
}
