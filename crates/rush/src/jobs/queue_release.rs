//! Ten times a second: waiting rooms open, close, and let the next people go on as their settings say.

use crate::app::App;
use crate::usecase::queue_release;
use futures_util::FutureExt;
use stall::{Scope, TimedJob};
use std::time::Duration;

pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "queue_release",
        // A batch leaves at most this much later than its interval says. Where no room is on a run costs a look at memory.
        every: Duration::from_millis(100),
        scope: Scope::OneNode,
        // What may leave now has left; the rest is not due, so it never reports work left.
        run: |app| async move { queue_release::run(&app).await.map(|_| 0) }.boxed(),
    }
}
