//! Timed work of the stall, a file each. A job says how often it runs; the ground drives it, tests drive it by hand.

mod bot_calls_send;
mod close_events;
mod evaluate_prompts;
mod payments_expire;
mod payments_reconcile;
mod poll_streamers;
mod reload_config;
mod reload_revocations;
mod settle_events;
mod watch_workers;

use crate::app::App;
use stall::TimedJob;

/// Every job of the stall.
#[must_use]
pub fn all() -> Vec<TimedJob<App>> {
    vec![
        close_events::job(),
        settle_events::job(),
        reload_config::job(),
        reload_revocations::job(),
        payments_expire::job(),
        payments_reconcile::job(),
        bot_calls_send::job(),
        poll_streamers::job(),
        watch_workers::job(),
        evaluate_prompts::job(),
    ]
}
