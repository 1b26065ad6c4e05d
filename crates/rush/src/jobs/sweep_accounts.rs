//! Every minute: sessions, reset links and failures that are over are deleted.

use crate::app::App;
use crate::usecase::auth_upkeep;
use futures_util::FutureExt;
use stall::{Scope, TimedJob};
use std::time::Duration;

pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "sweep_accounts",
        every: Duration::from_secs(60),
        scope: Scope::OneNode,
        run: |app| {
            async move { auth_upkeep::sweep(&app).await.map(|rows| usize::try_from(rows).unwrap_or(usize::MAX)) }
                .boxed()
        },
    }
}
