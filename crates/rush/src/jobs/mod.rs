//! Timed work of the stall, a file each. A job says how often it runs; the binary drives it, tests drive it by hand.

mod expire_holds;
mod mail_rounds;
mod payments_follow;
mod queue_release;
mod reconcile_seats;
mod refresh_catalogue;
mod refunds;
mod reload_blocked;
mod sweep_accounts;
mod waitlist_notify;

use crate::app::App;
use stall::TimedJob;

/// Every job of the stall.
#[must_use]
pub fn all() -> Vec<TimedJob<App>> {
    vec![
        expire_holds::job(),
        mail_rounds::job(),
        payments_follow::job(),
        queue_release::job(),
        reconcile_seats::job(),
        refresh_catalogue::job(),
        refunds::job(),
        reload_blocked::job(),
        sweep_accounts::job(),
        waitlist_notify::job(),
    ]
}
