//! Gives streams of workers that are silent to others.

use crate::app::App;
use crate::usecase::assignments;
use stall::{Scope, TimedJob};
use std::time::Duration;

/// Four times a minute.
pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "watch_workers",
        every: Duration::from_secs(15),
        scope: Scope::OneNode,
        run: |app| Box::pin(async move { assignments::watch(&app).await }),
    }
}
