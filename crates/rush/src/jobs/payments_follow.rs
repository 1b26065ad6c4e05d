//! Twice a second: payments without an answer are asked about, retried or sent back; webhooks of the mock are delivered.

use crate::app::App;
use crate::usecase::{payment_follow, webhooks_deliver};
use futures_util::FutureExt;
use stall::{Scope, TimedJob};
use std::time::Duration;

pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "payments_follow",
        every: Duration::from_millis(500),
        scope: Scope::OneNode,
        run: |app| {
            async move { Ok(webhooks_deliver::run(&app).await? + payment_follow::run(&app).await?) }.boxed()
        },
    }
}
