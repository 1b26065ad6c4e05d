//! The stalls whose check or dump goes beyond the ledger: one row each.

use crate::observer::{LedgerOnly, Observer, StallChecks};
use crate::{funpot, rush, tap, tiris};

/// The stalls that have claims or tables beyond the ledger's.
const STALLS: &[StallChecks] = &[rush::CHECKS, tap::CHECKS, funpot::CHECKS, tiris::CHECKS];

/// What the stall of that name adds, if anything.
pub(crate) fn find(stall: &str) -> Option<&'static StallChecks> {
    STALLS.iter().find(|row| row.name == stall)
}

/// A new observer for a check of that stall.
pub(crate) fn observer(stall: &str) -> Box<dyn Observer> {
    find(stall).map_or_else(|| Box::new(LedgerOnly) as Box<dyn Observer>, |row| (row.observer)())
}
