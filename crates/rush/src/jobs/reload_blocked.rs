//! Every five seconds: users whom other nodes switched off are refused here too.

use crate::app::App;
use crate::usecase::auth_upkeep;
use futures_util::FutureExt;
use stall::{Scope, TimedJob};
use std::time::Duration;

pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "reload_blocked",
        every: Duration::from_secs(5),
        scope: Scope::EveryNode,
        // It does not do more by being run again at once, so it never reports work left.
        run: |app| async move { auth_upkeep::reload_blocked(&app).await.map(|()| 0) }.boxed(),
    }
}
