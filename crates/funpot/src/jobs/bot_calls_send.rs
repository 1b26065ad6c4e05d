//! Makes the calls of the Bot API that are due.

use crate::app::App;
use crate::usecase::bot_calls_send;
use stall::{Scope, TimedJob};
use std::time::Duration;

/// Half a second after they were asked for at most.
pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "bot_calls_send",
        every: Duration::from_millis(500),
        scope: Scope::OneNode,
        run: |app| Box::pin(async move { bot_calls_send::run(&app).await }),
    }
}
