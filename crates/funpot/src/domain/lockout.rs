//! Locking out callers that failed too often: twenty failures within a minute close the door for five.

use kernel::Timestamp;
use parking_lot::Mutex;
use std::collections::HashMap;

/// Failures that close the door.
const FAILURES_MAX: u32 = 20;
/// Seconds within which they count.
const WINDOW_S: i64 = 60;
/// Seconds for which it stays closed.
const CLOSED_S: i64 = 300;
/// Names kept at most: who invents more names than that is told apart by nothing.
const NAMES_MAX: usize = 10_000;

#[derive(Debug, Clone, Copy)]
struct Record {
    since: Timestamp,
    failures: u32,
    closed_until: Timestamp,
}

/// What is known of callers by their names. Of one process; a restart forgives.
#[derive(Debug, Default)]
pub struct Lockouts(Mutex<HashMap<String, Record>>);

impl Lockouts {
    /// Seconds for which `name` is locked out at `now`; none: it is not.
    #[must_use]
    pub fn closed_for(&self, name: &str, now: Timestamp) -> Option<i64> {
        let until = self.0.lock().get(name).map(|record| record.closed_until)?;
        (until > now).then(|| now.secs_until(until))
    }

    /// Counts a failure; whether it was the one that closes the door.
    pub fn record_failure(&self, name: &str, now: Timestamp) -> bool {
        let mut records = self.0.lock();
        if records.len() >= NAMES_MAX {
            records.retain(|_, record| record.since.plus_secs(WINDOW_S + CLOSED_S) > now);
        }
        let fresh = Record { since: now, failures: 0, closed_until: Timestamp::default() };
        let record = records.entry(name.to_owned()).or_insert(fresh);
        if record.since.plus_secs(WINDOW_S) <= now {
            *record = Record { closed_until: record.closed_until, ..fresh };
        }
        record.failures += 1;
        if record.failures == FAILURES_MAX {
            record.closed_until = now.plus_secs(CLOSED_S);
            return true;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_failures_in_a_minute_close_the_door_for_five() {
        let (lockouts, at) = (Lockouts::default(), Timestamp::from_secs);
        for second in 0..19 {
            assert!(!lockouts.record_failure("w", at(second)));
        }
        assert_eq!(lockouts.closed_for("w", at(19)), None);
        assert!(lockouts.record_failure("w", at(19)));
        assert_eq!(lockouts.closed_for("w", at(20)), Some(299));
        assert_eq!(lockouts.closed_for("other", at(20)), None);
        assert_eq!(lockouts.closed_for("w", at(319)), None);
    }

    #[test]
    fn slow_failures_never_do() {
        let lockouts = Lockouts::default();
        for minute in 0..100 {
            assert!(!lockouts.record_failure("w", Timestamp::from_secs(minute * 60)));
        }
    }
}
