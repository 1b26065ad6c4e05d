//! The empirical calibrator: isotonic regression of predicted against realised touch, one-sided by default.
//!
//! Source of the fit: M. Ayer and others, "An Empirical Distribution Function for Sampling with Incomplete Information",
//! Annals of Mathematical Statistics 26, 1955 (pool adjacent violators). Fitted from archived ticks each night, published
//! with its version, all in integers.

use super::pricing::{PPB, RateInputs};
use serde::{Deserialize, Serialize};

/// Observations that a bucket needs before it is believed: below, the standard error of a half is above 2 points.
pub const OBSERVATIONS_MIN: usize = 500;
/// Observations that are counted together before neighbours are pooled, so that one lucky bet makes no knot.
const BIN_OBSERVATIONS: usize = 100;
/// Upper bounds of the moneyness buckets: standard deviations from the price to the near edge. Bucket 0 is the band with the
/// price in it, the last one all that is farther.
const MONEYNESS: [f64; 5] = [0.0, 0.5, 1.0, 1.5, 2.0];
/// Lower bounds of the buckets of columns ahead, but the first: whole windows between now and the window.
const AHEAD: [i64; 4] = [2, 4, 8, 16];

/// Which cells are calibrated together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// How far the band is from the price: 0 to 5.
    pub moneyness: u8,
    /// How many windows ahead: 0 to 4.
    pub ahead: u8,
}

impl Key {
    /// The bucket of `inputs`. Any have one, but it means something only for sound ones.
    #[must_use]
    pub fn of(inputs: &RateInputs) -> Self {
        let distance =
            inputs.low.saturating_sub(inputs.price).max(inputs.price.saturating_sub(inputs.high)).max(0)
                as f64;
        let sigma = inputs.sigma_ppb as f64 / PPB as f64;
        let deviation = inputs.price as f64 * sigma * (inputs.until_ms as f64 / 1_000.0).sqrt();
        let moneyness = MONEYNESS.iter().filter(|bound| distance > *bound * deviation).count();
        let between = inputs.from_ms.max(0) / inputs.until_ms.saturating_sub(inputs.from_ms).max(1);
        let ahead = AHEAD.iter().filter(|bound| between >= **bound).count();
        Self { moneyness: moneyness as u8, ahead: ahead as u8 }
    }
}

/// A cell that was priced and is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observation {
    /// Its bucket.
    pub key: Key,
    /// The probability after model risk and before calibration, in ppb.
    pub predicted_ppb: i64,
    /// Whether its band was touched.
    pub touched: bool,
}

/// A point of a bucket's map: predicted and realised probability, in ppb.
type Knot = (i64, i64);

/// One bucket's monotone map, straight between its knots and level beyond them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Bucket {
    #[serde(flatten)]
    key: Key,
    observations: u64,
    knots: Vec<Knot>,
}

/// A published calibration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Published")]
pub struct Calibrator {
    version: u32,
    two_sided: bool,
    buckets: Vec<Bucket>,
}

/// A calibration as read, before it is believed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Published {
    version: u32,
    two_sided: bool,
    buckets: Vec<Bucket>,
}

/// Why a published calibration is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CalibrationFault {
    /// Its knots do not rise, or leave the unit interval, or there are none.
    #[error("a bucket's knots are not a monotone map")]
    KnotsAreNotMonotone,
    /// One bucket stands there twice.
    #[error("the buckets are not in order")]
    BucketsAreNotInOrder,
}

impl TryFrom<Published> for Calibrator {
    type Error = CalibrationFault;

    fn try_from(read: Published) -> Result<Self, CalibrationFault> {
        if !read.buckets.iter().all(|bucket| is_monotone(&bucket.knots)) {
            return Err(CalibrationFault::KnotsAreNotMonotone);
        }
        if !read.buckets.windows(2).all(|pair| pair[0].key < pair[1].key) {
            return Err(CalibrationFault::BucketsAreNotInOrder);
        }
        Ok(Self { version: read.version, two_sided: read.two_sided, buckets: read.buckets })
    }
}

fn is_monotone(knots: &[Knot]) -> bool {
    let inside = |ppb: i64| (0..=PPB).contains(&ppb);
    !knots.is_empty()
        && knots.iter().all(|(x, y)| inside(*x) && inside(*y))
        && knots.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1)
}

impl Calibrator {
    /// The calibration that changes nothing: version 0.
    #[must_use]
    pub const fn identity() -> Self {
        Self { version: 0, two_sided: false, buckets: Vec::new() }
    }

    /// Fits version `version` to what happened. Buckets with fewer than [`OBSERVATIONS_MIN`] stay as they are.
    #[must_use]
    pub fn fit(version: u32, observations: &[Observation]) -> Self {
        let mut sorted = observations.to_vec();
        sorted.sort_unstable_by_key(|seen| (seen.key, seen.predicted_ppb));
        let of_one_key = sorted.chunk_by(|one, next| one.key == next.key);
        let known = of_one_key.filter(|seen| seen.len() >= OBSERVATIONS_MIN);
        let buckets = known.map(|seen| Bucket {
            key: seen[0].key,
            observations: seen.len() as u64,
            knots: pool(&bins(seen)).into_iter().map(Block::knot).collect(),
        });
        Self { version, two_sided: false, buckets: buckets.collect() }
    }

    /// The same map, also allowed to lower a probability. An operator's choice.
    #[must_use]
    pub fn in_both_directions(self) -> Self {
        Self { two_sided: true, ..self }
    }

    /// Whether it changes nothing: no bucket had observations enough.
    #[must_use]
    pub const fn knows_nothing(&self) -> bool {
        self.buckets.is_empty()
    }

    /// Its version; published with each quote.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// The probability to quote for `p_ppb` in the bucket of `inputs`: never lower, unless it works in both directions.
    #[must_use]
    pub fn protect(&self, p_ppb: i64, inputs: &RateInputs) -> i64 {
        if self.buckets.is_empty() {
            return p_ppb;
        }
        let key = Key::of(inputs);
        let Ok(at) = self.buckets.binary_search_by_key(&key, |bucket| bucket.key) else { return p_ppb };
        let mapped = interpolate(&self.buckets[at].knots, p_ppb);
        if self.two_sided { mapped } else { mapped.max(p_ppb) }
    }
}

/// The map at `p_ppb`, rounded down between knots.
fn interpolate(knots: &[Knot], p_ppb: i64) -> i64 {
    let after = knots.partition_point(|(x, _)| *x <= p_ppb);
    match (after.checked_sub(1).and_then(|before| knots.get(before)), knots.get(after)) {
        (Some((x0, y0)), Some((x1, y1))) => {
            let rise = i128::from(y1 - y0) * i128::from(p_ppb - x0) / i128::from(x1 - x0);
            y0 + i64::try_from(rise).expect("between two knots the map stays between their values")
        }
        (Some((_, y)), None) | (None, Some((_, y))) => *y,
        (None, None) => p_ppb,
    }
}

/// Observations counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Block {
    predicted_sum: i128,
    touched: i128,
    count: i128,
}

impl Block {
    fn with(self, other: Self) -> Self {
        Self {
            predicted_sum: self.predicted_sum + other.predicted_sum,
            touched: self.touched + other.touched,
            count: self.count + other.count,
        }
    }

    fn add(self, seen: &Observation) -> Self {
        let one = Self {
            predicted_sum: i128::from(seen.predicted_ppb.clamp(0, PPB)),
            touched: i128::from(seen.touched),
            count: 1,
        };
        self.with(one)
    }

    /// Whether its rate of touches is below the other's, without a division.
    fn is_below(self, other: Self) -> bool {
        self.touched * other.count < other.touched * self.count
    }

    fn knot(self) -> Knot {
        let mean = |sum: i128| i64::try_from(sum / self.count).expect("a mean of ppb is at most one");
        (mean(self.predicted_sum), mean(self.touched * i128::from(PPB)))
    }
}

/// Bins of at least [`BIN_OBSERVATIONS`] from observations sorted by prediction; equal predictions stay together.
fn bins(sorted: &[Observation]) -> Vec<Block> {
    let mut bins: Vec<Block> = Vec::new();
    let mut open = Block::default();
    for alike in sorted.chunk_by(|one, next| one.predicted_ppb == next.predicted_ppb) {
        open = alike.iter().fold(open, Block::add);
        if open.count >= BIN_OBSERVATIONS as i128 {
            bins.push(std::mem::take(&mut open));
        }
    }
    if open.count > 0 {
        let last = bins.pop().unwrap_or_default();
        bins.push(last.with(open));
    }
    bins
}

/// Pools neighbours until their rates rise strictly.
fn pool(bins: &[Block]) -> Vec<Block> {
    let mut pooled: Vec<Block> = Vec::new();
    for bin in bins {
        let mut block = *bin;
        while let Some(last) = pooled.pop_if(|last| !last.is_below(block)) {
            block = last.with(block);
        }
        pooled.push(block);
    }
    pooled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::pricing::Crossing;

    fn inputs(low: i64) -> RateInputs {
        RateInputs {
            price: 6_000_000,
            low,
            high: low.saturating_add(1_000),
            from_ms: 10_000,
            until_ms: 15_000,
            sigma_ppb: 89_036,
            edge_bp: 600,
            crossing: Crossing::Tick,
        }
    }

    /// `count` observations at a prediction of `percent`, of which `touched` were touched.
    fn seen(key: Key, percent: i64, count: usize, touched: usize) -> Vec<Observation> {
        let one = |n: usize| Observation { key, predicted_ppb: percent * (PPB / 100), touched: n < touched };
        (0..count).map(one).collect()
    }

    fn near() -> Key {
        Key::of(&inputs(6_001_000))
    }

    #[test]
    fn cells_are_bucketed_by_distance_and_by_columns_ahead() {
        let key = |low, from_ms, until_ms| Key::of(&RateInputs { from_ms, until_ms, ..inputs(low) });
        assert_eq!(key(6_000_000, 5_000, 10_000), Key { moneyness: 0, ahead: 0 });
        assert_eq!(key(6_001_000, 10_000, 15_000), Key { moneyness: 1, ahead: 1 });
        assert_eq!(key(5_998_000, 10_000, 15_000), Key { moneyness: 1, ahead: 1 });
        assert_eq!(key(6_010_000, 115_000, 120_000), Key { moneyness: 4, ahead: 4 });
        assert_eq!(key(6_900_000, -1_000, 4_000), Key { moneyness: 5, ahead: 0 });
    }

    #[test]
    fn unsound_inputs_have_a_bucket_too() {
        for extreme in [i64::MIN, 0, i64::MAX] {
            let unsound =
                RateInputs { low: extreme, from_ms: extreme, until_ms: extreme, ..inputs(extreme / 2) };
            let key = Key::of(&unsound);
            assert!(key.moneyness <= 5 && key.ahead <= 4);
        }
    }

    #[test]
    fn the_identity_changes_nothing_and_has_version_0() {
        let identity = Calibrator::identity();
        assert_eq!(identity.version(), 0);
        for p_ppb in [0, 1, 123_456_789, PPB] {
            assert_eq!(identity.protect(p_ppb, &inputs(6_001_000)), p_ppb);
        }
    }

    #[test]
    fn neighbours_that_fall_are_pooled() {
        let sorted = [
            seen(near(), 10, 200, 20),
            seen(near(), 20, 200, 60),
            seen(near(), 30, 200, 40),
            seen(near(), 40, 200, 100),
        ]
        .concat();
        let fitted = Calibrator::fit(1, &sorted);
        let expected = [(PPB / 10, PPB / 10), (PPB / 4, PPB / 4), (PPB / 100 * 40, PPB / 2)];
        assert_eq!(fitted.buckets[0].knots, expected);
    }

    #[test]
    fn the_map_is_straight_between_its_knots_and_level_beyond() {
        let knots = [(200, 100), (400, 300)];
        for (p, expected) in [(0, 100), (200, 100), (201, 101), (300, 200), (400, 300), (900, 300)] {
            assert_eq!(interpolate(&knots, p), expected, "at {p}");
        }
    }

    #[test]
    fn by_default_a_probability_is_only_ever_raised() {
        let history = [seen(near(), 20, 300, 120), seen(near(), 60, 300, 150)].concat();
        let fitted = Calibrator::fit(7, &history);
        let at = |calibrator: &Calibrator, percent: i64| {
            calibrator.protect(percent * (PPB / 100), &inputs(6_001_000)) / (PPB / 100)
        };
        assert_eq!((at(&fitted, 20), at(&fitted, 60)), (40, 60));
        let both = fitted.in_both_directions();
        assert_eq!((at(&both, 20), at(&both, 60)), (40, 50));
    }

    #[test]
    fn few_observations_are_not_believed_and_other_buckets_stay() {
        let few = seen(near(), 20, OBSERVATIONS_MIN - 1, 400);
        assert!(Calibrator::fit(1, &few).buckets.is_empty());
        let fitted = Calibrator::fit(1, &seen(near(), 20, OBSERVATIONS_MIN, 400));
        assert_eq!(fitted.protect(PPB / 5, &inputs(6_001_000)), PPB / 5 * 4);
        assert_eq!(fitted.protect(PPB / 5, &inputs(6_010_000)), PPB / 5, "another bucket");
    }

    #[test]
    fn a_fit_does_not_depend_on_the_order_of_what_was_seen() {
        let mut history = Vec::new();
        for percent in 1..=60 {
            history.extend(seen(near(), percent, 30, (percent as usize * 7) % 31));
        }
        let fitted = Calibrator::fit(2, &history);
        history.reverse();
        assert_eq!(Calibrator::fit(2, &history), fitted);
        assert!(fitted.buckets.iter().all(|bucket| is_monotone(&bucket.knots)));
    }

    #[test]
    fn it_is_published_as_json_and_read_back() {
        let fitted = Calibrator::fit(3, &seen(near(), 20, 600, 300));
        let text = serde_json::to_string(&fitted).expect("integers are JSON");
        assert_eq!(
            text,
            r#"{"version":3,"two_sided":false,"buckets":[{"moneyness":1,"ahead":1,"observations":600,"knots":[[200000000,500000000]]}]}"#
        );
        assert_eq!(serde_json::from_str::<Calibrator>(&text).expect("as written"), fitted);
    }

    #[test]
    fn a_bucket_that_stands_there_twice_is_not_believed() {
        let with = |moneyness: [u8; 2]| {
            let bucket = |moneyness: u8| {
                format!(r#"{{"moneyness":{moneyness},"ahead":1,"observations":600,"knots":[[1,5]]}}"#)
            };
            let buckets = moneyness.map(bucket).join(",");
            let text = format!(r#"{{"version":3,"two_sided":false,"buckets":[{buckets}]}}"#);
            serde_json::from_str::<Calibrator>(&text).is_ok()
        };
        assert_eq!([[1, 2], [1, 1], [2, 1]].map(with), [true, false, false]);
    }

    #[test]
    fn a_map_that_falls_is_not_believed() {
        let with = |knots: &str| {
            let text = format!(
                r#"{{"version":3,"two_sided":false,"buckets":[{{"moneyness":1,"ahead":1,"observations":600,"knots":{knots}}}]}}"#
            );
            serde_json::from_str::<Calibrator>(&text).is_ok()
        };
        assert!(with("[[1,5],[2,5]]"));
        for knots in ["[]", "[[1,5],[2,4]]", "[[2,4],[2,5]]", "[[-1,5]]", "[[1,1000000001]]"] {
            assert!(!with(knots), "{knots}");
        }
    }
}
