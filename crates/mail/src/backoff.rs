//! When a mail is tried again: after 1, 2 and 4 seconds, then at doubling pauses up to a quarter of an hour, for three days. A
//! ticket is delayed by an outage, never lost by it.

use std::time::Duration;

/// Tries after which a mail that only ever heard "later" has failed: three days of them.
pub const TRIES_MAX: i64 = 300;
/// The longest pause, seconds.
const PAUSE_MAX_S: u64 = 900;
/// How much longer a pause may be, seconds.
const JITTER_S: f64 = 0.5;

/// The pause after `tries` tries, at least 1; `jitter` in 0.0..=1.0 is the caller's chance.
#[must_use]
pub fn pause(tries: i64, jitter: f64) -> Duration {
    let doublings = u32::try_from(tries.saturating_sub(1).clamp(0, 20)).unwrap_or(20);
    let seconds = (1_u64 << doublings).min(PAUSE_MAX_S);
    Duration::from_secs(seconds) + Duration::from_secs_f64(JITTER_S * jitter.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_one_two_four_seconds_and_grow_to_a_quarter_of_an_hour() {
        let seconds: Vec<_> = (1..=12).map(|tries| pause(tries, 0.0).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
        assert_eq!(pause(1, 1.0), Duration::from_millis(1500));
        assert_eq!(pause(i64::MAX, 0.0).as_secs(), 900);
        let days = (1..TRIES_MAX).map(|tries| pause(tries, 0.0).as_secs()).sum::<u64>() as f64 / 86_400.0;
        assert!((3.0..3.1).contains(&days), "{days}");
    }
}
