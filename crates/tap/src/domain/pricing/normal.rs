//! The standard normal distribution function, by rational Chebyshev approximations of the error function.
//!
//! Source: W. J. Cody, "Rational Chebyshev Approximations for the Error Function", Mathematics of Computation 23, 1969.

use super::elementary::{exp, polynomial};

/// 1/sqrt(2).
const SQRT_HALF: f64 = std::f64::consts::FRAC_1_SQRT_2;
/// 1/sqrt(pi).
const INVERSE_SQRT_PI: f64 = 5.641_895_835_477_563e-1;
/// Up to here erf itself is approximated.
const NEAR: f64 = 0.468_75;
/// From here on the asymptotic form is.
const FAR: f64 = 4.0;

/// erf(y)/y on [0, [`NEAR`]] in y^2, highest power first.
const NEAR_OVER: [f64; 5] = [
    1.857_777_061_846_031_5e-1,
    3.161_123_743_870_565_6,
    1.138_641_541_510_501_6e2,
    3.774_852_376_853_02e2,
    3.209_377_589_138_469_5e3,
];
const NEAR_UNDER: [f64; 5] = [
    1.0,
    2.360_129_095_234_412_1e1,
    2.440_246_379_344_441_7e2,
    1.282_616_526_077_372_3e3,
    2.844_236_833_439_171e3,
];

/// erfc(y) exp(y^2) on [[`NEAR`], [`FAR`]] in y, highest power first.
const MIDDLE_OVER: [f64; 9] = [
    2.153_115_354_744_038_5e-8,
    5.641_884_969_886_701e-1,
    8.883_149_794_388_376,
    6.611_919_063_714_163e1,
    2.986_351_381_974_001e2,
    8.819_522_212_417_69e2,
    1.712_047_612_634_070_6e3,
    2.051_078_377_826_071_5e3,
    1.230_339_354_797_997_2e3,
];
const MIDDLE_UNDER: [f64; 9] = [
    1.0,
    1.574_492_611_070_983_5e1,
    1.176_939_508_913_125e2,
    5.371_811_018_620_099e2,
    1.621_389_574_566_690_2e3,
    3.290_799_235_733_459_6e3,
    4.362_619_090_143_247e3,
    3.439_367_674_143_721_6e3,
    1.230_339_354_803_749_4e3,
];

/// The correction to 1/(y sqrt(pi)) beyond [`FAR`] in 1/y^2, highest power first.
const FAR_OVER: [f64; 6] = [
    1.631_538_713_730_209_8e-2,
    3.053_266_349_612_323_4e-1,
    3.603_448_999_498_044_4e-1,
    1.257_817_261_112_292_5e-1,
    1.608_378_514_874_228e-2,
    6.587_491_615_298_378e-4,
];
const FAR_UNDER: [f64; 6] = [
    1.0,
    2.568_520_192_289_822,
    1.872_952_849_923_460_5,
    5.279_051_029_514_284e-1,
    6.051_834_131_244_132e-2,
    2.335_204_976_268_691_8e-3,
];

/// The standard normal distribution function. Absolute error below 1e-15.
#[must_use]
pub fn cdf(x: f64) -> f64 {
    let y = x.abs() * SQRT_HALF;
    if y <= NEAR {
        let square = y * y;
        let erf = y * polynomial(&NEAR_OVER, square) / polynomial(&NEAR_UNDER, square);
        return if x < 0.0 { 0.5 - 0.5 * erf } else { 0.5 + 0.5 * erf };
    }
    let tail = 0.5 * erfc_scaled(y) * exp(-0.5 * x * x);
    if x < 0.0 { tail } else { 1.0 - tail }
}

/// erfc(y) exp(y^2) for y above [`NEAR`].
fn erfc_scaled(y: f64) -> f64 {
    if y <= FAR {
        return polynomial(&MIDDLE_OVER, y) / polynomial(&MIDDLE_UNDER, y);
    }
    let inverse = 1.0 / (y * y);
    let correction = inverse * polynomial(&FAR_OVER, inverse) / polynomial(&FAR_UNDER, inverse);
    (INVERSE_SQRT_PI - correction) / y
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The series of G. Marsaglia, "Evaluating the Normal Distribution", Journal of Statistical Software 11(4), 2004.
    fn by_series(x: f64) -> f64 {
        let (mut sum, mut term, mut n) = (x, x, 1.0);
        while term.abs() > 1e-18 {
            n += 2.0;
            term *= x * x / n;
            sum += term;
        }
        0.5 + sum * (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt()
    }

    #[test]
    fn the_cdf_agrees_with_an_independent_series() {
        for step in -800..=800 {
            let x = f64::from(step) * 0.01 + 0.001_7;
            assert!((cdf(x) - by_series(x)).abs() < 1e-15, "at {x}: {} not {}", cdf(x), by_series(x));
        }
    }

    /// Values to 17 digits from tables: the tail keeps its relative accuracy.
    #[test]
    fn known_values_come_out_and_tails_keep_their_digits() {
        for (x, value) in [
            (-1.0, 0.158_655_253_931_457_05),
            (-3.0, 1.349_898_031_630_094_6e-3),
            (-6.0, 9.865_876_450_376_946e-10),
            (-10.0, 7.619_853_024_160_527e-24),
            (1.959_963_984_540_054, 0.975),
        ] {
            assert!((cdf(x) / value - 1.0).abs() < 2e-14, "at {x}: {}", cdf(x));
        }
        assert_eq!((cdf(0.0), cdf(-40.0), cdf(40.0)), (0.5, 0.0, 1.0));
    }

    #[test]
    fn the_cdf_is_symmetric_and_rises_across_its_seams() {
        for step in 0..4_000 {
            let x = f64::from(step) * 0.002;
            assert!((cdf(x) + cdf(-x) - 1.0).abs() < 3e-16);
            assert!(cdf(x + 0.002) >= cdf(x) && cdf(-x) >= cdf(-x - 0.002), "at {x}");
        }
    }
}
