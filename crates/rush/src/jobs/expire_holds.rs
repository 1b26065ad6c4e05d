//! Every second: holds whose time is over give their seats back, at most 2 s after the deadline.

use crate::app::App;
use crate::usecase::bookings_expire;
use futures_util::FutureExt;
use stall::{Scope, TimedJob};
use std::time::Duration;

pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "expire_holds",
        every: Duration::from_secs(1),
        scope: Scope::OneNode,
        run: |app| async move { bookings_expire::run(&app).await }.boxed(),
    }
}
