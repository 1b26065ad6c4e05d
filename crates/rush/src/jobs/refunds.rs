//! Twice a second: cancelled events give back what was paid for them, and approved refunds are sent by the gateway.

use crate::app::App;
use crate::usecase::{cancellation_run, refund_process};
use futures_util::FutureExt;
use stall::{Scope, TimedJob};
use std::time::Duration;

pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "refunds",
        every: Duration::from_millis(500),
        scope: Scope::OneNode,
        run: |app| {
            async move { Ok(cancellation_run::run(&app).await? + refund_process::run(&app).await?) }.boxed()
        },
    }
}
