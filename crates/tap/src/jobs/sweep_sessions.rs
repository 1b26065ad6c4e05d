//! Every minute: sessions that are over leave memory and the table.

use crate::app::App;
use crate::usecase::session;
use stall::{Scope, TimedJob};
use std::time::Duration;

pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "sweep_sessions",
        every: Duration::from_secs(60),
        scope: Scope::EveryNode,
        run: |app| Box::pin(async move { session::sweep(&app).await }),
    }
}
