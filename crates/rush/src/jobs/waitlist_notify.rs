//! Every two seconds: those who wait for seats that are free again are told, in order.

use crate::app::App;
use crate::usecase::waitlist_notify;
use futures_util::FutureExt;
use stall::{Scope, TimedJob};
use std::time::Duration;

pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "waitlist_notify",
        every: Duration::from_secs(2),
        scope: Scope::OneNode,
        run: |app| async move { waitlist_notify::run(&app).await }.boxed(),
    }
}
