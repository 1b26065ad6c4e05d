//! Whom to tell that seats are free again: in the order in which they asked, as far as the seats go.

use super::ids::ZoneId;
use kernel::{TenantId, Timestamp, UserId};

/// Seats that somebody may wait for, at most.
pub const QUANTITY_MAX: i64 = 10;
/// Seconds for which announced seats are not announced to others: whoever was told has that long before the next are.
pub const OFFER_S: i64 = 15 * 60;

/// Somebody who waits for seats of a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number; the order of asking.
    pub id: i64,
    /// Whose zone it is.
    pub tenant: TenantId,
    /// The zone.
    pub zone: ZoneId,
    /// Who waits.
    pub user: UserId,
    /// For how many seats, 1..=10.
    pub quantity: i64,
    /// Since when.
    pub created_at: Timestamp,
    /// When they were told; none: they wait.
    pub notified_at: Option<Timestamp>,
}

/// The entries to tell, of `waiting` in order, when `free` seats can be had of which `announced` were announced to others a short while
/// ago. A group that does not fit keeps its place while smaller ones behind it are told.
#[must_use]
pub fn next(waiting: &[Entry], free: i64, announced: i64) -> Vec<&Entry> {
    let mut left = free - announced;
    let fits = |entry: &&Entry| {
        let fits = entry.quantity <= left;
        left -= if fits { entry.quantity } else { 0 };
        fits
    };
    waiting.iter().filter(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(quantities: &[i64]) -> Vec<Entry> {
        let entry = |(id, quantity): (i64, &i64)| Entry {
            id,
            tenant: TenantId(1),
            zone: ZoneId(1),
            user: UserId(id),
            quantity: *quantity,
            created_at: Timestamp::from_secs(id),
            notified_at: None,
        };
        (1..).zip(quantities).map(entry).collect()
    }

    fn notified(quantities: &[i64], free: i64, announced: i64) -> Vec<i64> {
        next(&waiting(quantities), free, announced).iter().map(|entry| entry.id).collect()
    }

    #[test]
    fn those_who_asked_first_are_told_as_far_as_seats_go() {
        assert_eq!(notified(&[2, 1, 3], 3, 0), [1, 2]);
        assert_eq!(notified(&[2, 1, 3], 0, 0), [0_i64; 0]);
        assert_eq!(notified(&[2, 1, 3], 3, 3), [0_i64; 0], "they are announced to others");
        assert_eq!(notified(&[2, 1, 3], 1, 5), [0_i64; 0]);
    }

    #[test]
    fn a_group_that_does_not_fit_keeps_its_place_and_holds_nobody_up() {
        assert_eq!(notified(&[4, 2, 1, 1], 3, 0), [2, 3]);
        assert_eq!(notified(&[4, 2, 1, 1], 8, 0), [1, 2, 3, 4]);
    }
}
