//! Timed work of the stall, a file each. None yet.

use crate::app::App;
use stall::TimedJob;

/// Every job.
#[must_use]
pub fn all() -> Vec<TimedJob<App>> {
    Vec::new()
}
