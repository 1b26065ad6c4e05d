//! Free and held seats of every zone as of the last commit: a hint for pages and for refusing early, never the truth.

use crate::domain::ids::ZoneId;
use parking_lot::RwLock;
use std::collections::HashMap;
use tokio::sync::watch;

/// Seats of a zone right after some commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seats {
    /// The zone.
    pub zone: ZoneId,
    /// May be reserved now.
    pub available: i64,
    /// Reserved, not paid.
    pub held: i64,
    /// Grows with the commits; a lower stamp never overwrites a higher one.
    pub stamp: i64,
}

impl Seats {
    /// What the zone's account says.
    #[must_use]
    pub fn of(account: &ledger::Account, stamp: i64) -> Self {
        Self {
            zone: ZoneId(account.id),
            available: account.balances.available(),
            held: account.balances.debits_pending,
            stamp,
        }
    }
}

/// The newest known seats of every zone.
#[derive(Debug)]
pub struct Availability {
    zones: RwLock<HashMap<ZoneId, Seats>>,
    changed: watch::Sender<u64>,
}

impl Default for Availability {
    fn default() -> Self {
        Self { zones: RwLock::default(), changed: watch::Sender::new(0) }
    }
}

impl Availability {
    /// The newest known seats of `zone`.
    #[must_use]
    pub fn of(&self, zone: ZoneId) -> Option<Seats> {
        self.zones.read().get(&zone).copied()
    }

    /// Notes what commits left behind.
    pub fn publish(&self, news: impl IntoIterator<Item = Seats>) {
        let mut any = false;
        let mut zones = self.zones.write();
        for seats in news {
            let newest = zones.entry(seats.zone).or_insert(seats);
            if newest.stamp <= seats.stamp {
                any |= *newest != seats || seats.stamp > newest.stamp;
                *newest = seats;
            }
        }
        drop(zones);
        if any {
            self.changed.send_modify(|version| *version += 1);
        }
    }

    /// Wakes whenever something was published; the reader looks at the newest state, so slow readers skip.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_commit_never_hides_a_newer_one() {
        let availability = Availability::default();
        let seats = |available, stamp| Seats { zone: ZoneId(1), available, held: 0, stamp };
        availability.publish([seats(4, 2)]);
        availability.publish([seats(5, 1)]);
        assert_eq!(availability.of(ZoneId(1)).map(|seats| seats.available), Some(4));
        availability.publish([seats(3, 3)]);
        assert_eq!(availability.of(ZoneId(1)).map(|seats| seats.available), Some(3));
    }
}
