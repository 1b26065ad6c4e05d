//! Closes events whose time is over.

use crate::app::App;
use crate::usecase::event_close;
use stall::{Scope, TimedJob};
use std::time::Duration;

/// Four times a second, on every node: an event is closed within a second of its time also when the node that closed the last ones has
/// just died. Its locked row lets only one of them do it.
pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "close_events",
        every: Duration::from_millis(250),
        scope: Scope::EveryNode,
        run: |app| Box::pin(async move { event_close::run(&app).await }),
    }
}
