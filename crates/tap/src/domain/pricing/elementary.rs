//! Elementary functions out of `+ - * / sqrt` alone. IEEE 754 rounds those five the same way everywhere, so a rate comes
//! out bit for bit the same on every machine and in every browser; a platform's own `exp` and `ln` do not promise that.
//! `assets/pricing.js` repeats these functions operation by operation: change both or neither.

/// log2(e).
const LOG2_E: f64 = std::f64::consts::LOG2_E;
/// The upper bits of ln 2; times a small integer it is exact.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
/// What [`LN_2_HIGH`] lacks.
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// Beyond this the result is so near to nothing that a probability cannot show it; within, no power of two overflows.
const EXP_ARGUMENT_MAX: f64 = 700.0;

/// 1/n! from n = 13 down to 0: on |r| <= ln(2)/2 the rest is below 4e-18.
const EXP_SERIES: [f64; 14] = [
    1.0 / 6_227_020_800.0,
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    1.0 / 2.0,
    1.0,
    1.0,
];

/// 1/(2n+1) from n = 12 down to 0: on |s| <= 1/5 the rest of the series of artanh is below 1e-18.
const ARTANH_SERIES: [f64; 13] = [
    1.0 / 25.0,
    1.0 / 23.0,
    1.0 / 21.0,
    1.0 / 19.0,
    1.0 / 17.0,
    1.0 / 15.0,
    1.0 / 13.0,
    1.0 / 11.0,
    1.0 / 9.0,
    1.0 / 7.0,
    1.0 / 5.0,
    1.0 / 3.0,
    1.0,
];

/// The polynomial with these coefficients, highest first, at `x`.
#[must_use]
pub fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

/// e to the `x`, within two units in the last place; 0 below -700, no more than e^700 above.
#[must_use]
pub fn exp(x: f64) -> f64 {
    if x < -EXP_ARGUMENT_MAX {
        return 0.0;
    }
    let x = if x > EXP_ARGUMENT_MAX { EXP_ARGUMENT_MAX } else { x };
    let k = (x * LOG2_E + 0.5).floor();
    let rest = (x - k * LN_2_HIGH) - k * LN_2_LOW;
    polynomial(&EXP_SERIES, rest) * power_of_two(k as i64)
}

/// 2 to the `k`, exact, for |k| <= 1010.
fn power_of_two(k: i64) -> f64 {
    const BIAS: i64 = 1023;
    const FRACTION_BITS: i64 = 52;
    f64::from_bits(((k + BIAS) << FRACTION_BITS) as u64)
}

/// ln(x / y) of two numbers above 0, without the loss that dividing first would bring where they are near each other.
#[must_use]
pub fn ln_ratio(x: f64, y: f64) -> f64 {
    let (mut y, mut k) = (y, 0.0);
    while x > 1.5 * y {
        y *= 2.0;
        k += 1.0;
    }
    while x < 0.75 * y {
        y *= 0.5;
        k -= 1.0;
    }
    let s = (x - y) / (x + y);
    k * std::f64::consts::LN_2 + 2.0 * s * polynomial(&ARTANH_SERIES, s * s)
}

/// sin(x) for |x| <= 1.3, by its series.
#[must_use]
pub fn sin(x: f64) -> f64 {
    let square = x * x;
    let (mut term, mut sum) = (x, x);
    for n in 1..=12 {
        let n = f64::from(n);
        term = -term * square / (2.0 * n * (2.0 * n + 1.0));
        sum += term;
    }
    sum
}

/// arcsin(x) for |x| <= 0.95: the angle is halved twice, then the series.
#[must_use]
pub fn asin(x: f64) -> f64 {
    let quarter = half_angle(half_angle(x));
    let square = quarter * quarter;
    let (mut term, mut sum) = (quarter, quarter);
    for n in 1..=16 {
        let n = f64::from(n);
        term = term * square * (2.0 * n - 1.0) / (2.0 * n);
        sum += term / (2.0 * n + 1.0);
    }
    4.0 * sum
}

/// The sine of half the angle whose sine is `x`.
fn half_angle(x: f64) -> f64 {
    x / (2.0 * (1.0 + ((1.0 - x) * (1.0 + x)).sqrt())).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(ours: f64, theirs: f64, relative: f64) -> bool {
        (ours - theirs).abs() <= relative * theirs.abs().max(f64::MIN_POSITIVE)
    }

    #[test]
    fn exp_agrees_with_the_platform_to_a_few_units_in_the_last_place() {
        for step in -69_900..=3_000 {
            let x = f64::from(step) * 0.01 + 0.003;
            assert!(near(exp(x), x.exp(), 8e-16), "exp({x}) = {} not {}", exp(x), x.exp());
        }
        assert_eq!((exp(0.0), exp(-701.0)), (1.0, 0.0));
    }

    #[test]
    fn ln_ratio_agrees_with_the_platform_near_and_far() {
        for (x, y) in
            [(60_010.0_f64, 60_000.0_f64), (59_990.0, 60_000.0), (1.0, 1e12), (1e12, 3.0), (0.5, 0.7)]
        {
            let theirs: f64 = if (x - y).abs() < y * 0.01 { ((x - y) / y).ln_1p() } else { (x / y).ln() };
            assert!(near(ln_ratio(x, y), theirs, 8e-16), "ln({x}/{y})");
        }
        assert_eq!(ln_ratio(7.0, 7.0), 0.0);
    }

    #[test]
    fn sin_and_asin_agree_with_the_platform_on_their_ranges() {
        for step in -130..=130 {
            let x = f64::from(step) * 0.01;
            assert!((sin(x) - x.sin()).abs() <= 4e-16, "sin({x})");
        }
        for step in -95..=95 {
            let x = f64::from(step) * 0.01;
            assert!((asin(x) - x.asin()).abs() <= 6e-16, "asin({x})");
        }
    }
}
