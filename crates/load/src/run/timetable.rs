//! The fixed timetable of an open-loop run: which request is meant to start when. Pure.

use std::time::Duration;

/// Requests leave in small bundles, one bundle a tick: waking the sender for each alone would cost more CPU than
/// the request. Half a millisecond is far below every latency goal.
pub const TICK: Duration = Duration::from_micros(500);

/// Starts a second, steady or climbing, rounded up to ticks. They do not depend on how fast answers come.
#[derive(Debug, Clone, Copy)]
pub struct Timetable {
    course: Course,
    slots: u64,
}

#[derive(Debug, Clone, Copy)]
enum Course {
    /// So many a second.
    Steady(u64),
    /// From nothing evenly up to so many a second, in so many nanoseconds.
    Climb { to: u64, within_ns: u128 },
}

impl Timetable {
    /// A timetable of `rate` (at least 1) starts a second for `duration`.
    #[must_use]
    pub fn new(rate: u64, duration: Duration) -> Self {
        let slots = duration.as_nanos() * u128::from(rate) / 1_000_000_000;
        Self { course: Course::Steady(rate), slots: narrow(slots) }
    }

    /// A timetable that begins with nothing and has `to` starts a second after `within`, when it ends.
    #[must_use]
    pub fn climb(to: u64, within: Duration) -> Self {
        let within_ns = within.as_nanos().max(1);
        let course = Course::Climb { to, within_ns };
        Self { course, slots: narrow(within_ns * u128::from(to) / 2_000_000_000) }
    }

    /// How many starts it has in all.
    #[must_use]
    pub const fn slots(&self) -> u64 {
        self.slots
    }

    /// When start `slot` (from 0) is meant to happen, counted from the beginning.
    #[must_use]
    pub fn intended(&self, slot: u64) -> Duration {
        match self.course {
            Course::Steady(rate) => {
                let exact = u128::from(slot) * 1_000_000_000 / u128::from(rate);
                Duration::from_nanos(narrow(exact.div_ceil(TICK.as_nanos()) * TICK.as_nanos()))
            }
            Course::Climb { within_ns, .. } => {
                // The first tick at which it is due.
                let (mut early, mut late) = (0, narrow(within_ns.div_ceil(TICK.as_nanos())));
                while early < late {
                    let middle = early + (late - early) / 2;
                    if self.due(tick(middle)) > slot { late = middle } else { early = middle + 1 }
                }
                tick(early)
            }
        }
    }

    /// How many starts are meant to have happened when `elapsed` has passed.
    #[must_use]
    pub fn due(&self, elapsed: Duration) -> u64 {
        let ticked = elapsed.as_nanos() / TICK.as_nanos() * TICK.as_nanos();
        let slots = match self.course {
            // The slot whose exact time is at or before the tick; intended() rounds down to nanoseconds, hence the +1.
            Course::Steady(rate) => ((ticked + 1) * u128::from(rate)).div_ceil(1_000_000_000),
            // The rate grows with time, so what was due grows with its square.
            Course::Climb { to, within_ns } if ticked < within_ns => {
                ticked * ticked * u128::from(to) / (2_000_000_000 * within_ns)
            }
            Course::Climb { .. } => u128::from(self.slots),
        };
        narrow(slots).min(self.slots)
    }
}

fn tick(number: u64) -> Duration {
    Duration::from_nanos(narrow(TICK.as_nanos() * u128::from(number)))
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
    fn a_climb_begins_with_nothing_and_ends_at_its_height() {
        let climb = Timetable::climb(5_000, Duration::from_secs(10));
        assert_eq!(climb.slots(), 25_000, "half of what its height alone would be");
        let second =
            |from: u64| climb.due(Duration::from_secs(from + 1)) - climb.due(Duration::from_secs(from));
        assert_eq!((second(0), second(4), second(9)), (250, 2_250, 4_750));
        for number in 0..20_200 {
            let elapsed = tick(number) + Duration::from_micros(number % 499);
            let due = climb.due(elapsed);
            assert!(due == 0 || climb.intended(due - 1) <= elapsed, "{number}");
            assert!(due == climb.slots() || climb.intended(due) > elapsed, "{number}");
        }
    }

    #[test]
    fn a_timetable_has_rate_times_seconds_starts() {
        assert_eq!(Timetable::new(10_000, Duration::from_secs(3)).slots(), 30_000);
        assert_eq!(Timetable::new(3, Duration::from_millis(500)).slots(), 1);
    }
}
