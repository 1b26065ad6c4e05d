//! Time as a value: microseconds since 1970 in UTC, and the clock that hands it in.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A moment: microseconds since 1970-01-01T00:00:00Z, always UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since 1970.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From whole seconds since 1970; saturates at the ends of time.
    #[must_use]
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1_000_000))
    }

    /// Microseconds since 1970, the form in which every table stores time.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, rounded down.
    #[must_use]
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// This moment plus `seconds` (which may be negative); saturates.
    #[must_use]
    pub const fn plus_secs(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// This moment plus `duration`; saturates.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }

    /// Whole seconds from `self` until `later`, rounded up; 0 when `later` is past.
    #[must_use]
    pub const fn secs_until(self, later: Self) -> i64 {
        let micros = later.0.saturating_sub(self.0);
        if micros <= 0 { 0 } else { (micros - 1) / 1_000_000 + 1 }
    }

    /// RFC 3339 in UTC, e.g. `2026-11-21T08:47:00Z`, as every API answer writes it.
    #[must_use]
    pub fn rfc3339(self) -> String {
        jiff::Timestamp::from_microsecond(self.0)
            .map_or_else(|_| String::from("invalid"), |at| at.to_string())
    }

    /// Reads RFC 3339 with any offset. Errors: a text that is no such moment.
    pub fn parse_rfc3339(text: &str) -> Result<Self, String> {
        text.parse::<jiff::Timestamp>().map(|at| Self(at.as_microsecond())).map_err(|error| error.to_string())
    }
}

/// Where the present comes from. Pure rooms never see it: they are handed a `Timestamp`.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The present moment.
    fn now(&self) -> Timestamp;
    /// Sets the clock to a moment, where it can be set. Returns false where it cannot.
    fn set(&self, _to: Timestamp) -> bool {
        false
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands until somebody moves it, for tests and for `FAIRGROUND_CLOCK=manual`.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock standing at `start`.
    #[must_use]
    pub fn new(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.0))
    }

    /// Moves the clock forward (or back, if negative) by `seconds`.
    pub fn advance_secs(&self, seconds: i64) {
        self.0.fetch_add(seconds.saturating_mul(1_000_000), Ordering::AcqRel);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Acquire))
    }

    fn set(&self, to: Timestamp) -> bool {
        self.0.store(to.0, Ordering::Release);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_left_round_up_and_never_go_below_zero() {
        let now = Timestamp::from_micros(1_000_000);
        assert_eq!(now.secs_until(Timestamp::from_micros(1_000_001)), 1);
        assert_eq!(now.secs_until(Timestamp::from_micros(3_000_000)), 2);
        assert_eq!(now.secs_until(Timestamp::from_micros(5)), 0);
    }

    #[test]
    fn rfc3339_is_read_back_with_any_offset() {
        let at = Timestamp::parse_rfc3339("2026-11-21T15:47:00+07:00").expect("a valid moment");
        assert_eq!(at.rfc3339(), "2026-11-21T08:47:00Z");
        assert!(Timestamp::parse_rfc3339("tomorrow").is_err());
    }
}
