//! How long to wait before the next connection. Pure: chance is an argument.

use std::time::Duration;

/// The shortest and longest pauses, and what makes them short again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// No pause is shorter: it bounds how often a venue that closes at once is bothered.
    pub shortest: Duration,
    /// No pause is longer.
    pub longest: Duration,
    /// A connection that brought data for so long was a good one; counting starts again.
    pub reset_after: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            shortest: Duration::from_millis(250),
            longest: Duration::from_secs(30),
            reset_after: Duration::from_secs(60),
        }
    }
}

impl Backoff {
    /// The pause after `failures` bad connections in a row (at least 1): anywhere from the shortest to twice the
    /// shortest, then four times, and so on up to the longest. `chance` is uniform over all of `u32`.
    #[must_use]
    pub fn pause(&self, failures: u32, chance: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.max(1));
        let highest = self.shortest.saturating_mul(doubled).min(self.longest).max(self.shortest);
        let spread = highest.saturating_sub(self.shortest);
        self.shortest + spread.mul_f64(f64::from(chance) / f64::from(u32::MAX))
    }

    /// Bad connections in a row, after one that brought data for `data_for`.
    #[must_use]
    pub fn failures_after(&self, failures: u32, data_for: Duration) -> u32 {
        if data_for >= self.reset_after { 1 } else { failures.saturating_add(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn the_first_pause_lies_between_the_shortest_and_its_double() {
        let backoff = Backoff::default();
        assert_eq!(backoff.pause(1, 0), MS(250));
        assert_eq!(backoff.pause(1, u32::MAX), MS(500));
    }

    #[test]
    fn pauses_double_and_end_at_the_longest() {
        let backoff = Backoff::default();
        let highest: Vec<u128> = (1..=9).map(|n| backoff.pause(n, u32::MAX).as_millis()).collect();
        assert_eq!(highest, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
        assert_eq!(backoff.pause(u32::MAX, u32::MAX), MS(30_000));
    }

    #[test]
    fn chance_spreads_the_pause_over_the_whole_width() {
        let backoff = Backoff::default();
        let middle = backoff.pause(7, u32::MAX / 2).as_millis();
        assert!((15_000..15_300).contains(&middle), "{middle}");
        assert_eq!(backoff.pause(7, 0), MS(250));
    }

    #[test]
    fn only_a_minute_of_data_makes_pauses_short_again() {
        let backoff = Backoff::default();
        assert_eq!(backoff.failures_after(5, Duration::from_secs(59)), 6);
        assert_eq!(backoff.failures_after(5, Duration::from_secs(60)), 1);
        assert_eq!(backoff.failures_after(u32::MAX, Duration::ZERO), u32::MAX);
    }
}
