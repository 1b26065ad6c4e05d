//! Looks at streamers on Twitch.

use crate::app::App;
use crate::usecase::streamers_poll;
use stall::{Scope, TimedJob};
use std::time::Duration;

/// Every other second: each streamer is due once a minute, or every five.
pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "poll_streamers",
        every: Duration::from_secs(2),
        scope: Scope::OneNode,
        run: |app| Box::pin(async move { streamers_poll::run(&app).await }),
    }
}
