//! What USDT is worth at one venue: its value against the dollar venues' median, smoothed over 300 s.

use crate::domain::venue_update::PriceE8;

/// The smoothing time. Younger than that it is the plain mean of all samples.
const SMOOTHING_MS: i64 = 300_000;
/// One sample stands for at most this long; a pause teaches nothing.
const SAMPLE_MAX_MS: i64 = 1_000;
/// The unit: a trillionth, fine enough that a sample's share of the mean is never rounded away.
const UNIT: i128 = 1_000_000_000_000;
/// One percent. A sample beyond it is no peg but a fault, and is not learned from; so the basis stays within it, too.
const CLAMP: i128 = UNIT / 100;

/// The smoothed distance, in trillionths of the dollar price.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Basis {
    value: i128,
    learned_ms: i64,
    sampled_ms: Option<i64>,
}

impl Basis {
    /// Takes a sample: the venue's value in USDT beside the dollar venues' median.
    pub(super) fn learn(&mut self, usdt: PriceE8, usd: PriceE8, mono_ms: i64) {
        let sample = (i128::from(usdt) - i128::from(usd)) * UNIT / i128::from(usd.max(1));
        if sample.abs() > CLAMP {
            return;
        }
        let stands_for =
            self.sampled_ms.map_or(1, |before| mono_ms.saturating_sub(before).clamp(0, SAMPLE_MAX_MS));
        self.sampled_ms = Some(mono_ms);
        self.learned_ms = (self.learned_ms + stands_for).min(SMOOTHING_MS);
        let step = (sample - self.value) * i128::from(stands_for) / i128::from(self.learned_ms);
        self.value = (self.value + step).clamp(-CLAMP, CLAMP);
    }

    /// The value in dollars; `None` before anything was learned.
    pub(super) fn in_usd(&self, usdt: PriceE8) -> Option<PriceE8> {
        self.sampled_ms?;
        i64::try_from(i128::from(usdt) * UNIT / (UNIT + self.value)).ok()
    }

    /// Millionths, for health.
    pub(super) fn ppm(&self) -> Option<i64> {
        self.sampled_ms?;
        i64::try_from(self.value / 1_000_000).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taught(ratio_ppm: i64, seconds: i64, from: i64, basis: &mut Basis) {
        for at in 0..seconds * 10 {
            basis.learn(6_000_000_000_000 + 6_000_000 * ratio_ppm, 6_000_000_000_000, from + at * 100);
        }
    }

    #[test]
    fn the_first_sample_is_the_basis_and_later_ones_move_it_slowly() {
        let mut basis = Basis::default();
        assert_eq!(basis.in_usd(1), None);
        taught(200, 300, 0, &mut basis);
        assert_eq!(basis.ppm(), Some(200));
        assert_eq!(basis.in_usd(6_001_200_000_000), Some(6_000_000_000_000));
        taught(1_200, 300, 300_000, &mut basis);
        // One smoothing time later 63 % of the way is done.
        assert!((829..=835).contains(&basis.ppm().unwrap()), "{basis:?}");
    }

    #[test]
    fn what_is_no_peg_teaches_nothing() {
        let mut basis = Basis::default();
        taught(10_001, 5, 0, &mut basis);
        assert_eq!(basis.ppm(), None);
        taught(100, 5, 5_000, &mut basis);
        taught(9_000_000, 100, 10_000, &mut basis);
        taught(-10_001, 100, 110_000, &mut basis);
        assert_eq!(basis.ppm(), Some(100));
    }
}
