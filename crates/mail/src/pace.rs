//! Rates, pure: a mail over the rate gets the moment at which it is its turn, and is charged for it once.

use kernel::Timestamp;
use std::collections::HashMap;

/// How far mails may run ahead of the rate, microseconds: a second's worth goes out at once.
const BURST_US: i64 = 1_000_000;

/// One rate and how far it is used up.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pace {
    /// When what was charged so far is paid for, in microseconds.
    paid_at: i64,
}

impl Pace {
    /// The moment at which one more mail may go, `per_second` in all; `now` or earlier: at once. Does not charge it.
    #[must_use]
    pub fn turn(&self, now: Timestamp) -> Timestamp {
        Timestamp::from_micros((self.paid_at - BURST_US).max(now.as_micros()))
    }

    /// Charges one mail.
    pub fn charge(&mut self, now: Timestamp, per_second: u32) {
        let interval = 1_000_000 / i64::from(per_second.max(1));
        self.paid_at = self.paid_at.max(now.as_micros()) + interval;
    }
}

/// The rate of all mails and of each tenant's.
#[derive(Debug, Clone, Default)]
pub struct Paces {
    all: Pace,
    tenants: HashMap<i64, Pace>,
}

impl Paces {
    /// When the next mail of `tenant` (0: the platform) may go, and charges it: whoever is told a later moment comes back then
    /// and is not charged again.
    pub fn take(&mut self, tenant: i64, now: Timestamp, (all, per_tenant): (u32, u32)) -> Timestamp {
        let own = self.tenants.entry(tenant).or_default();
        let turn = self.all.turn(now).max(own.turn(now));
        own.charge(now, per_tenant);
        self.all.charge(now, all);
        turn
    }

    /// Forgets tenants whose rate is free.
    pub fn forget_idle(&mut self, now: Timestamp) {
        self.tenants.retain(|_, pace| pace.paid_at > now.as_micros());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seconds_worth_goes_at_once_and_the_rest_at_the_rate() {
        let now = Timestamp::from_secs(1_000);
        let mut paces = Paces::default();
        let turns: Vec<i64> =
            (0..200).map(|_| paces.take(7, now, (1_000, 50)).as_micros() - now.as_micros()).collect();
        assert_eq!(turns.iter().filter(|turn| **turn == 0).count(), 51);
        assert_eq!(turns[199], 149 * 20_000);
        // Another tenant is not held up by it.
        assert_eq!(paces.take(8, now, (1_000, 50)), now);
    }

    #[test]
    fn all_tenants_together_keep_the_rate_of_all() {
        let now = Timestamp::from_secs(1_000);
        let mut paces = Paces::default();
        let at_once = (0..1_000).filter(|tenant| paces.take(*tenant, now, (200, 50)) == now).count();
        assert_eq!(at_once, 201);
        paces.forget_idle(now.plus_secs(3_600));
        assert!(paces.tenants.is_empty());
    }
}
