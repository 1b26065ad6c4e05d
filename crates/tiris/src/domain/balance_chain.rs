//! The chain of a sub-account's entries in the order in which they happened: which are late, and what the others sum up to.
//!
//! Balances follow the order of writing. Asked for the order of events, the newest entry that is not late answers for all of
//! its kind in one look-up, and the late ones are summed up beside it.

use kernel::Timestamp;

/// The last entry that was not late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainEnd {
    /// When it happened.
    pub event_time: Timestamp,
    /// The sum of all that are not late.
    pub event_balance: i64,
}

impl Default for ChainEnd {
    fn default() -> Self {
        Self { event_time: Timestamp::from_micros(i64::MIN), event_balance: 0 }
    }
}

/// What an entry is in the chain: whether it is late, and the sum of those that are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// It happened before one that was written earlier.
    pub is_late: bool,
    /// The sum of all that are not late, up to this entry.
    pub event_balance: i64,
}

impl ChainEnd {
    /// Adds an entry of `signed` units that happened at `event_time`. The sum saturates: no ledger can hold more.
    pub fn append(&mut self, event_time: Timestamp, signed: i64) -> Link {
        let is_late = event_time < self.event_time;
        if !is_late {
            *self = Self { event_time, event_balance: self.event_balance.saturating_add(signed) };
        }
        Link { is_late, event_balance: self.event_balance }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_entry_is_marked_and_not_summed() {
        let at = Timestamp::from_secs;
        let mut end = ChainEnd::default();
        assert_eq!(end.append(at(10), 5), Link { is_late: false, event_balance: 5 });
        assert_eq!(end.append(at(10), -2), Link { is_late: false, event_balance: 3 });
        assert_eq!(end.append(at(9), 7), Link { is_late: true, event_balance: 3 });
        assert_eq!(end.append(at(11), 1), Link { is_late: false, event_balance: 4 });
    }
}
