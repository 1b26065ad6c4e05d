//! The fixed timetable of an open-loop run: which request is meant to start when. Pure.

use std::time::Duration;

/// Requests leave in small bundles, one bundle a tick: waking the sender for each alone would cost more CPU than
/// the request. Half a millisecond is far below every latency goal.
pub const TICK: Duration = Duration::from_micros(500);

/// `rate` starts a second, rounded up to ticks. It does not depend on how fast answers come.
#[derive(Debug, Clone, Copy)]
pub struct Timetable {
    rate: u64,
    slots: u64,
}

impl Timetable {
    /// A timetable of `rate` (at least 1) starts a second for `duration`.
    #[must_use]
    pub fn new(rate: u64, duration: Duration) -> Self {
        let slots = duration.as_nanos() * u128::from(rate) / 1_000_000_000;
        Self { rate, slots: narrow(slots) }
    }

    /// How many starts it has in all.
    #[must_use]
    pub const fn slots(&self) -> u64 {
        self.slots
    }

    /// When start `slot` (from 0) is meant to happen, counted from the beginning.
    #[must_use]
    pub fn intended(&self, slot: u64) -> Duration {
        let exact = u128::from(slot) * 1_000_000_000 / u128::from(self.rate);
        Duration::from_nanos(narrow(exact.div_ceil(TICK.as_nanos()) * TICK.as_nanos()))
    }

    /// How many starts are meant to have happened when `elapsed` has passed.
    #[must_use]
    pub fn due(&self, elapsed: Duration) -> u64 {
        let ticked = elapsed.as_nanos() / TICK.as_nanos() * TICK.as_nanos();
        // The slot whose exact time is at or before the tick; intended() rounds down to nanoseconds, hence the +1.
        let slots = ((ticked + 1) * u128::from(self.rate)).div_ceil(1_000_000_000);
        narrow(slots).min(self.slots)
    }
}

fn narrow(value: u128) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_is_exactly_what_was_intended() {
        for rate in [1, 3, 7, 100, 999, 2_000, 10_000, 33_333, 100_000] {
            let timetable = Timetable::new(rate, Duration::from_secs(2));
            for tick in 0..4_100_u32 {
                let elapsed = TICK * tick + Duration::from_micros(u64::from(tick % 499));
                let due = timetable.due(elapsed);
                assert!(due == 0 || timetable.intended(due - 1) <= elapsed, "{rate} {tick}");
                assert!(due == timetable.slots() || timetable.intended(due) > elapsed, "{rate} {tick}");
            }
        }
    }

    #[test]
    fn a_timetable_has_rate_times_seconds_starts() {
        assert_eq!(Timetable::new(10_000, Duration::from_secs(3)).slots(), 30_000);
        assert_eq!(Timetable::new(3, Duration::from_millis(500)).slots(), 1);
    }
}
