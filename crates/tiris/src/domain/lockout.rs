//! How often a password may be guessed: five failures within a quarter of an hour close the door, longer each time.

use kernel::Timestamp;

/// Failures that close it.
const FAILURES_MAX: i64 = 5;
/// Seconds within which they count.
const WINDOW_S: i64 = 15 * 60;
/// Seconds of the first lock; each further one lasts twice as long.
const LOCK_S: i64 = 15 * 60;
/// Locks after which none lasts longer: a day and a half.
const DOUBLINGS_MAX: i64 = 7;

/// What is known of failures on one account or from one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Failures {
    /// Since `first_at`.
    pub count: i64,
    /// The first that counts.
    pub first_at: Timestamp,
    /// Until when nobody comes in.
    pub locked_until: Option<Timestamp>,
    /// Locks so far.
    pub lockouts: i64,
}

impl Failures {
    /// Seconds until the door opens again; none where it is open.
    #[must_use]
    pub fn closed_for(&self, now: Timestamp) -> Option<u64> {
        let until = self.locked_until.filter(|until| *until > now)?;
        u64::try_from(now.secs_until(until).max(1)).ok()
    }

    /// After one more failure; whether it closed the door.
    #[must_use]
    pub fn failed(self, now: Timestamp) -> (Self, bool) {
        let is_over = self.count == 0 || self.first_at.plus_secs(WINDOW_S) <= now;
        let (count, first_at) = if is_over { (1, now) } else { (self.count + 1, self.first_at) };
        if count < FAILURES_MAX {
            return (Self { count, first_at, ..self }, false);
        }
        let lock_s = LOCK_S << self.lockouts.clamp(0, DOUBLINGS_MAX);
        let locked_until = Some(now.plus_secs(lock_s));
        (Self { count: 0, first_at: now, locked_until, lockouts: self.lockouts + 1 }, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_within_a_quarter_of_an_hour_close_the_door_longer_each_time() {
        let mut now = Timestamp::from_secs(1_000_000);
        let mut failures = Failures::default();
        for _ in 0..4 {
            let (next, closed) = failures.failed(now);
            assert!(!closed && next.closed_for(now).is_none());
            failures = next;
        }
        let (closed, is_closed) = failures.failed(now);
        assert!(is_closed);
        assert_eq!(closed.closed_for(now), Some(900));
        assert_eq!(closed.closed_for(now.plus_secs(900)), None);
        now = now.plus_secs(2_000);
        let (again, _) = (0..5).fold((closed, false), |(state, _), _| state.failed(now));
        assert_eq!(again.closed_for(now), Some(1_800));
        let late = failures.failed(now.plus_secs(WINDOW_S));
        assert_eq!((late.0.count, late.1), (1, false), "older failures count no more");
    }
}
