//! The bivariate normal distribution by Gauss-Legendre quadrature.
//!
//! Source: A. Genz, "Numerical computation of rectangular bivariate and trivariate normal and t probabilities",
//! Statistics and Computing 14, 2004, which improves Z. Drezner and G. O. Wesolowsky, "On the computation of the bivariate
//! normal integral", Journal of Statistical Computation and Simulation 35, 1990.

use super::elementary::{asin, exp, sin};
use super::normal::cdf;

const TWO_PI: f64 = std::f64::consts::TAU;
/// Up to this correlation the integral runs from independence, beyond it from full dependence.
const STRONG: f64 = 0.925;
/// An exponent below which a term adds nothing.
const EXPONENT_MIN: f64 = -100.0;

/// A node of the rule on [-1, 0] and its weight; the mirrored node has the same.
type Node = (f64, f64);

/// The rule of 6 points, enough below a correlation of 0.3.
const RULE_6: [Node; 3] = [
    (-0.932_469_514_203_152, 0.171_324_492_379_170_3),
    (-0.661_209_386_466_264_5, 0.360_761_573_048_138_6),
    (-0.238_619_186_083_196_9, 0.467_913_934_572_691_1),
];

/// The rule of 12 points, enough below 0.75.
const RULE_12: [Node; 6] = [
    (-0.981_560_634_246_719_2, 0.047_175_336_386_511_83),
    (-0.904_117_256_370_474_9, 0.106_939_325_995_318_4),
    (-0.769_902_674_194_304_7, 0.160_078_328_543_346_2),
    (-0.587_317_954_286_617_4, 0.203_167_426_723_065_9),
    (-0.367_831_498_998_180_2, 0.233_492_536_538_354_8),
    (-0.125_233_408_511_468_9, 0.249_147_045_813_402_8),
];

/// The rule of 20 points.
const RULE_20: [Node; 10] = [
    (-0.993_128_599_185_094_9, 0.017_614_007_139_152_12),
    (-0.963_971_927_277_913_8, 0.040_601_429_800_386_94),
    (-0.912_234_428_251_326, 0.062_672_048_334_109_06),
    (-0.839_116_971_822_218_8, 0.083_276_741_576_704_75),
    (-0.746_331_906_460_150_8, 0.101_930_119_817_240_4),
    (-0.636_053_680_726_515, 0.118_194_531_961_518_4),
    (-0.510_867_001_950_827_1, 0.131_688_638_449_176_6),
    (-0.373_706_088_715_419_6, 0.142_096_109_318_382),
    (-0.227_785_851_141_645_1, 0.149_172_986_472_603_7),
    (-0.076_526_521_133_497_33, 0.152_753_387_130_725_9),
];

/// A correlation with what every evaluation at it shares. Made once per column of the grid.
#[derive(Debug, Clone)]
pub struct Correlation {
    r: f64,
    /// Weak: arcsin(r). Strong: sqrt(1 - r^2).
    reach: f64,
    points: Vec<Point>,
}

/// A quadrature point. Weak: `at` is the sine of an angle, `aside` is 1 - sine^2. Strong: x^2 and sqrt(1 - x^2).
#[derive(Debug, Clone, Copy)]
struct Point {
    at: f64,
    aside: f64,
    weight: f64,
}

impl Correlation {
    /// Prepares the correlation `r`, in [-1, 1].
    #[must_use]
    pub fn new(r: f64) -> Self {
        let is_weak = r.abs() < STRONG;
        let reach = if is_weak { asin(r) } else { ((1.0 - r) * (1.0 + r)).sqrt() };
        let place = if is_weak { weak_point } else { strong_point };
        let mut points = Vec::with_capacity(2 * RULE_20.len());
        for (node, weight) in rule(r.abs()) {
            points.push(place(reach, *node, *weight));
            points.push(place(reach, -node, *weight));
        }
        Self { r, reach, points }
    }

    /// P(X > h and Y > k) of standard normal X and Y with this correlation; `h` and `k` finite. Absolute error below 1e-14.
    #[must_use]
    pub fn upper(&self, h: f64, k: f64) -> f64 {
        let p = if self.r.abs() < STRONG { self.upper_weak(h, k) } else { self.upper_strong(h, k) };
        p.clamp(0.0, 1.0)
    }

    /// From independence: the density integrated over the correlation, which is walked by its angle.
    fn upper_weak(&self, h: f64, k: f64) -> f64 {
        let hk = h * k;
        let hs = (h * h + k * k) / 2.0;
        let mut sum = 0.0;
        for point in &self.points {
            sum += point.weight * exp((point.at * hk - hs) / point.aside);
        }
        sum * self.reach / (2.0 * TWO_PI) + cdf(-h) * cdf(-k)
    }

    /// From full dependence: X and Y alike, or one the other's mirror, and a correction.
    fn upper_strong(&self, h: f64, k: f64) -> f64 {
        if self.r > 0.0 {
            return cdf(if h > k { -h } else { -k }) + self.correction(h, k);
        }
        let k = -k;
        let between = match k > h {
            false => 0.0,
            true if h < 0.0 => cdf(k) - cdf(h),
            true => cdf(-h) - cdf(-k),
        };
        between - self.correction(h, k)
    }

    /// What `r` short of 1 takes away: an expansion integrated by hand, and the rule for what it leaves.
    fn correction(&self, h: f64, k: f64) -> f64 {
        if self.reach <= 0.0 {
            return 0.0;
        }
        let hk = h * k;
        let bs = (h - k) * (h - k);
        let c = (4.0 - hk) / 8.0;
        let d = (12.0 - hk) / 16.0;
        let mut sum = by_hand(self.reach, hk, bs, (c, d));
        for point in &self.points {
            let exponent = -(bs / point.at + hk) / 2.0;
            if exponent > EXPONENT_MIN {
                let beside = 1.0 + point.aside;
                let exact = exp(-hk * point.at / (2.0 * beside * beside)) / point.aside;
                let expanded = 1.0 + c * point.at * (1.0 + d * point.at);
                sum += self.reach / 2.0 * point.weight * exp(exponent) * (exact - expanded);
            }
        }
        -sum / TWO_PI
    }
}

fn rule(size: f64) -> &'static [Node] {
    if size < 0.3 {
        &RULE_6
    } else if size < 0.75 {
        &RULE_12
    } else {
        &RULE_20
    }
}

/// Places a node of [-1, 1] on the way from 0 to the angle.
fn weak_point(angle: f64, node: f64, weight: f64) -> Point {
    let at = sin(angle * (node + 1.0) / 2.0);
    Point { at, aside: 1.0 - at * at, weight }
}

/// Places a node of [-1, 1] on the way from 0 to sqrt(1 - r^2).
fn strong_point(reach: f64, node: f64, weight: f64) -> Point {
    let x = reach * (node + 1.0) / 2.0;
    let at = x * x;
    Point { at, aside: (1.0 - at).sqrt(), weight }
}

/// The integral of the expansion around full dependence; `a` is sqrt(1 - r^2).
fn by_hand(a: f64, hk: f64, bs: f64, (c, d): (f64, f64)) -> f64 {
    let square = a * a;
    let bend = 1.0 - d * bs / 5.0;
    let mut sum = 0.0;
    let exponent = -(bs / square + hk) / 2.0;
    if exponent > EXPONENT_MIN {
        sum = a * exp(exponent) * (1.0 - c * (bs - square) * bend / 3.0 + c * d * square * square / 5.0);
    }
    if hk > EXPONENT_MIN {
        let b = bs.sqrt();
        sum -= exp(-hk / 2.0) * TWO_PI.sqrt() * cdf(-b / a) * b * (1.0 - c * bs * bend / 3.0);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Owen's T by composite Simpson: D. B. Owen, "Tables for Computing Bivariate Normal Probabilities", Annals of
    /// Mathematical Statistics 27, 1956.
    fn owen_t(h: f64, a: f64) -> f64 {
        const PANELS: i32 = 4_000;
        let density = |x: f64| (-0.5 * h * h * (1.0 + x * x)).exp() / (1.0 + x * x);
        // Beyond this the integrand is below 1e-17 of its start.
        let end = if h.abs() > 0.0 { a.abs().min(9.0 / h.abs()) } else { a.abs() };
        let width = end / f64::from(PANELS);
        let inner: f64 =
            (1..PANELS).map(|i| (if i % 2 == 1 { 4.0 } else { 2.0 }) * density(f64::from(i) * width)).sum();
        let t = (density(0.0) + inner + density(end)) * width / 3.0 / TWO_PI;
        t.copysign(a)
    }

    /// P(X < h, Y < k) by two T functions.
    fn lower_by_owen(h: f64, k: f64, r: f64) -> f64 {
        let s = ((1.0 - r) * (1.0 + r)).sqrt();
        let turn = if h * k > 0.0 { 0.0 } else { 0.5 };
        let (one, other) = (owen_t(h, (k - r * h) / (h * s)), owen_t(k, (h - r * k) / (k * s)));
        0.5 * (cdf(h) + cdf(k)) - one - other - turn
    }

    /// P(X > h, Y > k) as one integral over X, by composite Simpson.
    fn upper_by_integral(h: f64, k: f64, r: f64) -> f64 {
        const PANELS: i32 = 6_000;
        let s = ((1.0 - r) * (1.0 + r)).sqrt();
        let density = |x: f64| (-0.5 * x * x).exp() / TWO_PI.sqrt() * cdf((r * x - k) / s);
        let start = h.max(-9.0);
        if start >= 9.0 {
            return 0.0;
        }
        let width = (9.0 - start) / f64::from(PANELS);
        let inner: f64 = (1..PANELS)
            .map(|i| (if i % 2 == 1 { 4.0 } else { 2.0 }) * density(start + f64::from(i) * width))
            .sum();
        (density(start) + inner + density(9.0)) * width / 3.0
    }

    const PLACES: [f64; 7] = [-4.1, -1.7, -0.6, 0.05, 0.4, 1.3, 3.2];
    const CORRELATIONS: [f64; 12] =
        [-0.99, -0.957, -0.93, -0.92, -0.7, -0.2, 0.1, 0.31, 0.74, 0.92, 0.93, 0.985];

    #[test]
    fn it_agrees_with_owens_t_function_to_1e_12() {
        for r in CORRELATIONS {
            let correlation = Correlation::new(r);
            for (h, k) in PLACES.iter().flat_map(|h| PLACES.iter().map(move |k| (*h, *k))) {
                let (ours, owens) = (correlation.upper(h, k), lower_by_owen(-h, -k, r));
                assert!((ours - owens).abs() < 1e-12, "h {h} k {k} r {r}: {ours} not {owens}");
            }
        }
    }

    #[test]
    fn it_agrees_with_a_one_dimensional_integral_to_1e_12() {
        for r in CORRELATIONS {
            let correlation = Correlation::new(r);
            for (h, k) in PLACES.iter().step_by(2).flat_map(|h| PLACES.iter().map(move |k| (*h, *k))) {
                let (ours, integral) = (correlation.upper(h, k), upper_by_integral(h, k, r));
                assert!((ours - integral).abs() < 1e-12, "h {h} k {k} r {r}: {ours} not {integral}");
            }
        }
    }

    /// At the origin the answer is known exactly: 1/4 + arcsin(r) / (2 pi).
    #[test]
    fn at_the_origin_the_exact_value_comes_out() {
        for step in -100..=100 {
            let r = f64::from(step) * 0.01;
            let exact = 0.25 + r.asin() / TWO_PI;
            assert!((Correlation::new(r).upper(0.0, 0.0) - exact).abs() < 1e-14, "r {r}");
        }
    }

    #[test]
    fn full_dependence_and_independence_are_exact() {
        for (h, k) in [(-1.0, 0.5), (0.5, -1.0), (0.3, 0.3), (2.0, 1.0)] {
            let close = |r: f64, exact: f64| (Correlation::new(r).upper(h, k) - exact).abs() < 1e-15;
            assert!(close(0.0, cdf(-h) * cdf(-k)));
            assert!(close(1.0, cdf(-f64::max(h, k))));
            assert!(close(-1.0, f64::max(cdf(-k) - cdf(h), 0.0)), "{h} {k}");
        }
    }

    #[test]
    fn it_falls_in_both_arguments_and_never_leaves_the_unit_interval() {
        for r in CORRELATIONS {
            let correlation = Correlation::new(r);
            for h in (-60..=60).map(|step| f64::from(step) * 0.2) {
                let row: Vec<f64> = (-60..=60).map(|k| correlation.upper(h, f64::from(k) * 0.2)).collect();
                assert!(row.windows(2).all(|pair| pair[1] <= pair[0] + 1e-15), "h {h} r {r}");
                assert!(row.iter().all(|p| (0.0..=1.0).contains(p)));
            }
        }
        assert_eq!(Correlation::new(-0.97).upper(1e12, -1e12), 0.0);
    }
}
