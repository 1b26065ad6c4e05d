//! Takes over what other nodes changed while running.

use crate::app::App;
use crate::usecase::config_reload;
use stall::{Scope, TimedJob};
use std::time::Duration;

/// Every other second on every node: a change is in force everywhere within five.
pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "reload_config",
        every: Duration::from_secs(2),
        scope: Scope::EveryNode,
        run: |app| Box::pin(async move { config_reload::run(&app).await.map(usize::from) }),
    }
}
