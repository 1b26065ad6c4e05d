//! Takes over whose tokens another node ended.

use crate::app::App;
use crate::usecase::revocations_reload;
use stall::{Scope, TimedJob};
use std::time::Duration;

/// Every other second on every node.
pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "reload_revocations",
        every: Duration::from_secs(2),
        scope: Scope::EveryNode,
        run: |app| Box::pin(async move { revocations_reload::run(&app).await.map(|()| 0) }),
    }
}
