//! Every minute: ticks older than their retention go. What they decided stays: evidence is kept for ever.

use crate::app::App;
use crate::usecase::ticks_purge;
use stall::{Scope, TimedJob};
use std::time::Duration;

pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "purge_ticks",
        every: Duration::from_secs(60),
        scope: Scope::OneNode,
        run: |app| Box::pin(async move { ticks_purge::run(&app).await }),
    }
}
