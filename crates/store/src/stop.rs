//! Points in the life of a new locator at which a crash test has the process end, as in a power cut. They can be armed only from
//! inside the process; where nobody does a point costs one relaxed load.

use std::sync::atomic::{AtomicU32, Ordering};

/// Where the process can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// An entry is in the log, and not committed.
    Appended,
    /// A savepoint or a transaction with entries was rolled back.
    RolledBack,
    /// Some entries are in the tree, and not committed.
    Moved,
    /// Some rows of the log are deleted, and that is not committed.
    Deleted,
    /// A transaction with entries is committed; memory does not have them, and nobody was told.
    Committed,
    /// What was made is to be moved from now on.
    Frozen,
    /// The log was read at start.
    Reloaded,
    /// The log was folded into the tree before a migration, and that is not committed.
    Folded,
}

use Point::*;

/// Every point.
pub const ALL: [Point; 8] = [Appended, RolledBack, Moved, Deleted, Committed, Frozen, Reloaded, Folded];

/// The place of the armed point in [`ALL`], counted from 1; 0: none is armed.
static ARMED: AtomicU32 = AtomicU32::new(0);
/// How often the armed point is still to be passed.
static LEFT: AtomicU32 = AtomicU32::new(0);

/// Arms a point: the process ends when it is reached for the `times`-th time.
pub fn arm(point: Point, times: u32) {
    LEFT.store(times.max(1), Ordering::Relaxed);
    ARMED.store(number(point), Ordering::Release);
}

/// Passes a point; the process ends here when it is armed and its time has come.
pub(crate) fn reach(point: Point) {
    let armed = ARMED.load(Ordering::Relaxed);
    if armed != 0 && armed == number(point) && LEFT.fetch_sub(1, Ordering::AcqRel) == 1 {
        std::process::abort();
    }
}

fn number(point: Point) -> u32 {
    (1..).zip(ALL).find_map(|(at, known)| (known == point).then_some(at)).unwrap_or(0)
}
