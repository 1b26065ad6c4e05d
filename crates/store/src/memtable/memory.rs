//! What writer and readers share: the rows of the log, by place.

use super::segment::{Segment, Version};
use crate::place::Place;
use parking_lot::RwLock;
use std::sync::Arc;

/// Cloning is cheap and shares.
pub(crate) type SharedMemory = Arc<RwLock<Memory>>;

/// Three parts, from old to new: what was moved already and old snapshots may still ask for, what is being moved, what is
/// being made.
#[derive(Debug)]
pub(crate) struct Memory {
    retired: Segment,
    frozen: Segment,
    active: Segment,
    /// The first row of each.
    firsts: [i64; 3],
    /// The last row that is here. All from the first one on are.
    last: i64,
}

impl Memory {
    /// The rows that a log holds from `first` on; they are to be moved.
    pub(crate) fn of_log(frozen: Segment, first: i64, last: i64) -> Self {
        let (retired, active) = (Segment::default(), Segment::default());
        Self { retired, frozen, active, firsts: [first, first, last + 1], last }
    }

    /// The first row that is here.
    pub(crate) const fn first(&self) -> i64 {
        self.firsts[0]
    }

    /// The last row that is here.
    pub(crate) const fn last(&self) -> i64 {
        self.last
    }

    /// The last row of what is being moved.
    pub(crate) const fn frozen_last(&self) -> i64 {
        self.firsts[2] - 1
    }

    pub(crate) const fn frozen(&self) -> &Segment {
        &self.frozen
    }

    pub(crate) fn active_len(&self) -> usize {
        self.active.len()
    }

    pub(crate) const fn layers(&self) -> [&Segment; 3] {
        [&self.active, &self.frozen, &self.retired]
    }

    /// Takes in what was committed.
    pub(crate) fn publish(&mut self, rows: impl Iterator<Item = (Place, Version)>) {
        for (place, version) in rows {
            self.last = self.last.max(version.seq);
            self.active.insert(place, version);
        }
    }

    /// What was made is to be moved from now on. What was moved before is forgotten at the next turn; returned is what is forgotten
    /// now, to be dropped when nobody waits.
    pub(crate) fn freeze(&mut self) -> Segment {
        let active = std::mem::take(&mut self.active);
        let moved = std::mem::replace(&mut self.frozen, active);
        self.firsts = [self.firsts[1], self.firsts[2], self.last + 1];
        std::mem::replace(&mut self.retired, moved)
    }
}
