//! Timed work of the stall, a file each.

mod binding_reconcile;
mod key_rewrap;

use crate::app::App;
use stall::TimedJob;

/// Every job.
#[must_use]
pub fn all() -> Vec<TimedJob<App>> {
    vec![key_rewrap::JOB, binding_reconcile::JOB]
}
