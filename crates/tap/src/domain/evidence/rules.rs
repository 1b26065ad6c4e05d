//! How ticks are read: the crossing rule, the touch grace, what reaches past the end, and the version that names all three.

use crate::domain::pricing::Crossing;

/// A price speaks this long after its tick: carry-in and lattice alike.
pub const CARRY_MAX_MS: i64 = crate::domain::lattice::CARRY_MAX_MS;
/// A longer gap, or a longer time without a quorum, makes a column void.
pub const GAP_MAX_MS: i64 = 3_000;
/// A touch may count for at most this many columns after its own.
pub const GRACE_COLUMNS_MAX: u32 = 3;

/// How long a hole, or a time without a quorum, counts that reaches past the end of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PastEnd {
    /// Up to the column's end. Columns were decided so before version 9.
    Cut,
    /// In full, as far as it decides: nobody knows what the price did in the part that lies inside.
    #[default]
    InFull,
}

/// The rules a column is decided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Rules {
    /// What a touch is.
    pub crossing: Crossing,
    /// Columns by which the touch window is longer than its column, 0 to [`GRACE_COLUMNS_MAX`].
    pub touch_grace_columns: u32,
    /// What reaches past the end.
    pub past_end: PastEnd,
}

/// Choices of crossing and grace.
const CHOICES: u32 = 2 * (GRACE_COLUMNS_MAX + 1);

impl Rules {
    /// The number of this choice in evidence and proofs: 1 to 4 are `tick` with 0 to 3 columns of grace, 5 to 8 `segment`;
    /// 9 to 16 are the same with [`PastEnd::InFull`]. A later change of any other rule takes numbers from 17 on.
    #[must_use]
    pub fn version(self) -> u32 {
        let crossing = if self.crossing == Crossing::Segment { GRACE_COLUMNS_MAX + 1 } else { 0 };
        let past_end = if self.past_end == PastEnd::InFull { CHOICES } else { 0 };
        1 + past_end + crossing + self.touch_grace_columns.min(GRACE_COLUMNS_MAX)
    }

    /// The rules of a version; `None` for a number that was never given.
    #[must_use]
    pub fn of_version(version: u32) -> Option<Self> {
        let number = version.checked_sub(1).filter(|number| *number < 2 * CHOICES)?;
        let past_end = if number < CHOICES { PastEnd::Cut } else { PastEnd::InFull };
        let (choice, grace) = (number % CHOICES, GRACE_COLUMNS_MAX + 1);
        let crossing = if choice < grace { Crossing::Tick } else { Crossing::Segment };
        Some(Self { crossing, touch_grace_columns: choice % grace, past_end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_of_rules_has_its_own_version() {
        for version in 1..=16 {
            assert_eq!(Rules::of_version(version).map(Rules::version), Some(version));
        }
        assert_eq!(Rules::of_version(9), Some(Rules::default()));
        assert_eq!((Rules::of_version(0), Rules::of_version(17)), (None, None));
    }
}
