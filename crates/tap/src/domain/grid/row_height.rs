//! The height of the rows: on a 1-2-5 ladder, after the volatility, changing rarely and only for columns that nobody has
//! been offered yet.

use super::{COLUMNS_AHEAD, COLUMNS_PAST, Geometry, GeometryFault};
use crate::domain::pricing::{PRICE_MAX, SIGMA_PPB_MAX};
use crate::domain::tick::STEP_MS;

/// A row is at least so many standard deviations of one tick's step high, else ticks jump over rows and the discrete
/// correction of the pricer is not valid.
const GUARD_STEPS: i64 = 4;
/// A height so far from the ideal, in tenths, may change.
const APART_TENTHS: i64 = 18;
/// And only when it has been so for this long.
const APART_MS: i64 = 600_000;
/// The lowest step of the ladder: a dollar.
const LADDER_START_CENTS: i64 = 100;
/// Thousandths of a cent, in which ideal heights are counted.
const MILLI: i64 = 1_000;

/// An epoch: from which column on its geometry holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Epoch {
    /// Its first column; it ends where the next begins.
    pub first_column: i64,
    /// Its shape.
    pub geometry: Geometry,
}

/// Which epoch holds where, and when a new one is due. Fed with the market, a few times a second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowHeight {
    /// By first column, never empty.
    epochs: Vec<Epoch>,
    apart_since_ms: Option<i64>,
}

/// The heights a market asks for, in thousandths of a cent.
#[derive(Debug, Clone, Copy)]
struct Target {
    /// One standard deviation of the price over a column.
    ideal: i64,
    /// Below this, ticks jump over rows.
    guard: i64,
}

impl Target {
    fn new(width_ms: i64, price: i64, sigma_ppb: i64) -> Self {
        let price = i128::from(price.clamp(1, PRICE_MAX));
        // Thousandths of a cent per square root of a second.
        let milli = price * i128::from(sigma_ppb.clamp(0, SIGMA_PPB_MAX)) / 1_000_000;
        let deviation = |ms: i64| (milli * milli * i128::from(ms) / 1_000).isqrt() as i64;
        Self { ideal: deviation(width_ms), guard: GUARD_STEPS * deviation(STEP_MS) }
    }

    fn height_cents(self) -> i64 {
        step_of_ladder(self.ideal.max(self.guard))
    }

    fn is_unsafe(self, height_cents: i64) -> bool {
        height_cents * MILLI < self.guard
    }

    fn is_apart(self, height_cents: i64) -> bool {
        let (height, ideal) = (height_cents * MILLI, self.ideal.max(self.guard));
        10 * height.max(ideal) > APART_TENTHS * height.min(ideal)
    }
}

/// The smallest of 1, 2, 5, 10, ... dollars that is at least `milli` thousandths of a cent; in cents.
fn step_of_ladder(milli: i64) -> i64 {
    let decades = std::iter::successors(Some(LADDER_START_CENTS), |decade| decade.checked_mul(10));
    let mut steps = decades.take(8).flat_map(|decade| [decade, 2 * decade, 5 * decade]);
    steps.find(|step| step * MILLI >= milli).unwrap_or(PRICE_MAX)
}

/// The least height that keeps ticks from jumping over rows, in cents, rounded up.
#[must_use]
pub fn least_height(price: i64, sigma_ppb: i64) -> i64 {
    (Target::new(STEP_MS, price, sigma_ppb).guard + MILLI - 1) / MILLI
}

impl RowHeight {
    /// The first epoch, from the beginning of time, with the height that the market asks for.
    pub fn begin(epoch: i64, width_ms: i64, price: i64, sigma_ppb: i64) -> Result<Self, GeometryFault> {
        let height_cents = Target::new(width_ms, price, sigma_ppb).height_cents();
        Ok(Self::resume(
            Epoch { first_column: 0, geometry: Geometry::new(epoch, width_ms, height_cents)? },
            &[],
        ))
    }

    /// Goes on from epochs that were kept, the oldest first.
    #[must_use]
    pub fn resume(oldest: Epoch, later: &[Epoch]) -> Self {
        let mut epochs = vec![oldest];
        epochs.extend_from_slice(later);
        epochs.sort_by_key(|epoch| (epoch.first_column, epoch.geometry.epoch()));
        Self { epochs, apart_since_ms: None }
    }

    /// All epochs that still have columns in view, the oldest first.
    #[must_use]
    pub fn epochs(&self) -> &[Epoch] {
        &self.epochs
    }

    /// The geometry of a column; before the oldest kept epoch, the oldest.
    #[must_use]
    pub fn geometry_of(&self, column: i64) -> &Geometry {
        let after = self.epochs.partition_point(|epoch| epoch.first_column <= column);
        &self.epochs[after.saturating_sub(1)].geometry
    }

    /// The newest geometry; columns that begin to be offered have it.
    #[must_use]
    pub fn newest(&self) -> &Geometry {
        &self.epochs[self.epochs.len() - 1].geometry
    }

    /// Takes the market at `now_ms`. Returns the new epoch when one is due: at once when ticks would jump over the rows, else
    /// when the height has been more than 1.8 times away from the ideal for ten minutes. It begins with the first column
    /// that has not been offered.
    pub fn feed(&mut self, now_ms: i64, price: i64, sigma_ppb: i64) -> Option<Epoch> {
        let newest = *self.newest();
        let target = Target::new(newest.width_ms(), price, sigma_ppb);
        let height_cents = target.height_cents();
        let is_due =
            self.is_due(now_ms, target, newest.height_cents()) && height_cents != newest.height_cents();
        self.forget(newest.column_of(now_ms).saturating_sub(COLUMNS_PAST));
        if !is_due {
            return None;
        }
        let geometry = Geometry { epoch: newest.epoch.saturating_add(1), height_cents, ..newest };
        let first_column = newest.column_of(now_ms).saturating_add(COLUMNS_AHEAD + 1);
        let epoch = Epoch { first_column, geometry };
        self.apart_since_ms = None;
        self.epochs.push(epoch);
        Some(epoch)
    }

    fn is_due(&mut self, now_ms: i64, target: Target, height_cents: i64) -> bool {
        if target.is_unsafe(height_cents) {
            return true;
        }
        if !target.is_apart(height_cents) {
            self.apart_since_ms = None;
            return false;
        }
        let since_ms = *self.apart_since_ms.get_or_insert(now_ms);
        now_ms.saturating_sub(since_ms) >= APART_MS
    }

    /// Lets go of epochs that end before `first_column`.
    fn forget(&mut self, first_column: i64) {
        let after = self.epochs.partition_point(|epoch| epoch.first_column <= first_column);
        self.epochs.drain(..after.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGMA_50: i64 = 89_036;
    const MINUTE: i64 = 60_000;

    fn heights() -> RowHeight {
        RowHeight::begin(1, 5_000, 6_000_000, SIGMA_50).expect("an allowed width")
    }

    /// Feeds the same market every second for `minutes` from `from_ms`; what changed, and when.
    fn feed(heights: &mut RowHeight, from_ms: i64, minutes: i64, sigma_ppb: i64) -> Vec<(i64, Epoch)> {
        let seconds = (0..minutes * 60).map(|second| from_ms + second * 1_000);
        seconds.filter_map(|at| Some((at, heights.feed(at, 6_000_000, sigma_ppb)?))).collect()
    }

    #[test]
    fn the_height_is_the_next_step_above_one_deviation_of_a_column() {
        for (price, sigma_ppb, width_ms, cents) in [
            (6_000_000, SIGMA_50, 5_000, 2_000),
            (6_000_000, SIGMA_50, 60_000, 5_000),
            (6_000_000, SIGMA_50, 1_000, 1_000),
            (6_000_000, 26_711, 5_000, 500),
            (10_000, SIGMA_50, 5_000, 100),
            (6_000_000, 712_290, 60_000, 50_000),
        ] {
            let heights = RowHeight::begin(1, width_ms, price, sigma_ppb).expect("an allowed width");
            assert_eq!(heights.newest().height_cents(), cents, "{price} {sigma_ppb} {width_ms}");
        }
    }

    #[test]
    fn the_ladder_goes_1_2_5_in_dollars() {
        for (milli, cents) in [
            (0, 100),
            (100_000, 100),
            (100_001, 200),
            (200_001, 500),
            (500_001, 1_000),
            (1_000_001, 2_000),
            (i64::MAX, PRICE_MAX),
        ] {
            assert_eq!(step_of_ladder(milli), cents, "{milli}");
        }
    }

    #[test]
    fn a_calmer_market_must_last_ten_minutes_to_lower_the_rows() {
        let mut heights = heights();
        assert_eq!(feed(&mut heights, 0, 9, SIGMA_50 / 2), []);
        assert_eq!(feed(&mut heights, 9 * MINUTE, 1, SIGMA_50), [], "it was not so calm after all");
        let changes = feed(&mut heights, 10 * MINUTE, 20, SIGMA_50 / 2);
        let [(at, epoch)] = changes[..] else { panic!("one change, not {changes:?}") };
        assert_eq!(at, 20 * MINUTE);
        assert_eq!((epoch.geometry.epoch(), epoch.geometry.height_cents()), (2, 1_000));
    }

    #[test]
    fn a_small_change_of_the_market_changes_nothing() {
        let mut heights = heights();
        assert_eq!(feed(&mut heights, 0, 60, SIGMA_50 * 14 / 10), []);
        assert_eq!(feed(&mut heights, 60 * MINUTE, 60, SIGMA_50 * 95 / 100), []);
    }

    #[test]
    fn rows_that_ticks_would_jump_over_are_raised_at_once() {
        let mut heights = heights();
        let epoch = heights.feed(0, 6_000_000, SIGMA_50 * 3).expect("a new epoch");
        assert_eq!(epoch.geometry.height_cents(), 5_000);
        assert!(epoch.geometry.height_cents() >= least_height(6_000_000, SIGMA_50 * 3));
        assert_eq!(heights.feed(1_000, 6_000_000, SIGMA_50 * 3), None);
    }

    #[test]
    fn columns_that_were_offered_keep_their_geometry() {
        let mut heights = heights();
        let now_ms = 500_000;
        let before = *heights.newest();
        let epoch = heights.feed(now_ms, 6_000_000, SIGMA_50 * 3).expect("a new epoch");
        let current = before.column_of(now_ms);
        for column in current - COLUMNS_PAST..=current + COLUMNS_AHEAD {
            assert_eq!(*heights.geometry_of(column), before, "column {column}");
        }
        assert_eq!(*heights.geometry_of(current + COLUMNS_AHEAD + 1), epoch.geometry);
        assert_eq!(*heights.newest(), epoch.geometry);
    }

    #[test]
    fn an_epoch_is_forgotten_when_its_last_column_leaves_the_view() {
        let mut heights = heights();
        let epoch = heights.feed(0, 6_000_000, SIGMA_50 * 3).expect("a new epoch");
        let leaves_ms = (epoch.first_column + COLUMNS_PAST) * 5_000;
        heights.feed(leaves_ms - 1, 6_000_000, SIGMA_50 * 3);
        assert_eq!(heights.epochs().len(), 2);
        heights.feed(leaves_ms, 6_000_000, SIGMA_50 * 3);
        assert_eq!(heights.epochs(), [epoch]);
        let resumed = RowHeight::resume(heights.epochs()[0], &heights.epochs()[1..]);
        assert_eq!(resumed.newest(), heights.newest());
    }

    #[test]
    fn absurd_markets_do_not_panic() {
        for extreme in [i64::MIN, -1, 0, i64::MAX] {
            let mut heights = heights();
            heights.feed(extreme, extreme, extreme);
            let _ = (heights.geometry_of(extreme), least_height(extreme, extreme));
        }
    }
}
