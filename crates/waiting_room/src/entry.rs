//! What happens in a room, as its log has it.

use kernel::Timestamp;

/// Bytes that every joiner adds to the seed of the shuffle.
pub const CONTRIBUTION_BYTES: usize = 16;

/// One line of a room's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// 1, 2, 3 … in the room, without a gap.
    pub revision: i64,
    /// A number never used before, by which two histories with the same revisions are told apart.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub fact: Fact,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// Somebody took the next place.
    Joined {
        /// Who.
        user: i64,
        /// 1, 2, 3 … in the room.
        place: i64,
        /// What they add to the seed; it counts for those who come before the opening.
        contribution: [u8; CONTRIBUTION_BYTES],
        /// What stands for the address they came from.
        address: i64,
    },
    /// Somebody gave the place, or the pass, back.
    Left {
        /// Who.
        user: i64,
    },
    /// The room opened: those who waited were shuffled, once.
    Opened {
        /// What the order follows from.
        seed: [u8; 32],
    },
    /// Somebody's turn has come. The entry's id is the pass's number.
    Released {
        /// Who.
        user: i64,
        /// When the pass ends.
        until: Timestamp,
    },
    /// Nothing is left to sell.
    Closed,
    /// There is something to sell again; everybody stands where they stood.
    Reopened,
}
