//! Timed work of the stall, a file each. A job says how often it runs; the binary drives it, tests drive it by hand.

mod fit_calibrator;
mod purge_ticks;
mod settle_columns;
mod sweep_sessions;

use crate::app::App;
use stall::TimedJob;

/// Every job of the stall.
#[must_use]
pub fn all() -> Vec<TimedJob<App>> {
    vec![settle_columns::job(), purge_ticks::job(), sweep_sessions::job(), fit_calibrator::job()]
}
