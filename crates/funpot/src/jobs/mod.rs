//! Timed work of the stall, a file each. A job says how often it runs; the ground drives it, tests drive it by hand.

mod reload_config;
mod reload_revocations;

use crate::app::App;
use stall::TimedJob;

/// Every job of the stall.
#[must_use]
pub fn all() -> Vec<TimedJob<App>> {
    vec![reload_config::job(), reload_revocations::job()]
}
