//! How ticks are read: the crossing rule, the touch grace, and the version that names both.

use crate::domain::pricing::Crossing;

/// A price speaks this long after its tick: carry-in and lattice alike.
pub const CARRY_MAX_MS: i64 = crate::domain::lattice::CARRY_MAX_MS;
/// A longer gap, or a longer time without a quorum, makes a column void.
pub const GAP_MAX_MS: i64 = 3_000;
/// A touch may count for at most this many columns after its own.
pub const GRACE_COLUMNS_MAX: u32 = 3;

/// The rules a column is decided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Rules {
    /// What a touch is.
    pub crossing: Crossing,
    /// Columns by which the touch window is longer than its column, 0 to [`GRACE_COLUMNS_MAX`].
    pub touch_grace_columns: u32,
}

impl Rules {
    /// The number of this choice in evidence and proofs: 1 to 4 are `tick` with 0 to 3 columns of grace, 5 to 8 `segment`.
    /// A later change of any other rule takes numbers from 9 on.
    #[must_use]
    pub fn version(self) -> u32 {
        let crossing = if self.crossing == Crossing::Segment { GRACE_COLUMNS_MAX + 1 } else { 0 };
        1 + crossing + self.touch_grace_columns.min(GRACE_COLUMNS_MAX)
    }

    /// The rules of a version; `None` for a number that was never given.
    #[must_use]
    pub fn of_version(version: u32) -> Option<Self> {
        let choices = GRACE_COLUMNS_MAX + 1;
        let choice = version.checked_sub(1).filter(|choice| *choice < 2 * choices)?;
        let crossing = if choice < choices { Crossing::Tick } else { Crossing::Segment };
        Some(Self { crossing, touch_grace_columns: choice % choices })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_of_rules_has_its_own_version() {
        for version in 1..=8 {
            assert_eq!(Rules::of_version(version).map(Rules::version), Some(version));
        }
        assert_eq!(Rules::of_version(1), Some(Rules::default()));
        assert_eq!((Rules::of_version(0), Rules::of_version(9)), (None, None));
    }
}
