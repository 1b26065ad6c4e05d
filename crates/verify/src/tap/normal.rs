//! The standard normal distribution, by the series of erf near the middle and the continued fraction of erfc outside
//! (Abramowitz and Stegun, *Handbook of Mathematical Functions*, 7.1.6 and 7.1.14). Absolute error below 1e-14.

use std::f64::consts::{FRAC_1_SQRT_2, PI, TAU};

/// Up to here the series takes at most some forty terms; from here the fraction is exact after [`STEPS`].
const MIDDLE: f64 = 2.0;
/// Steps of the continued fraction; what is cut off is below e^-40 of the result at [`MIDDLE`] and falls beyond.
const STEPS: u32 = 80;

/// P(Z <= x).
pub(super) fn below(x: f64) -> f64 {
    erfc(-x * FRAC_1_SQRT_2) / 2.0
}

/// The density at `x`.
pub(super) fn density(x: f64) -> f64 {
    (-x * x / 2.0).exp() / TAU.sqrt()
}

/// The complementary error function.
pub(super) fn erfc(x: f64) -> f64 {
    if x < -MIDDLE {
        2.0 - outer(-x)
    } else if x > MIDDLE {
        outer(x)
    } else {
        1.0 - erf_series(x)
    }
}

/// 2/sqrt(pi) e^(-x^2) (x + 2 x^3/3 + 4 x^5/15 + ...): all terms of one sign, so nothing cancels.
fn erf_series(x: f64) -> f64 {
    let (mut term, mut sum, mut odd) = (x, x, 1.0);
    while term.abs() > 1e-18 {
        odd += 2.0;
        term *= 2.0 * x * x / odd;
        sum += term;
    }
    2.0 / PI.sqrt() * (-x * x).exp() * sum
}

/// e^(-x^2)/sqrt(pi) / (x + (1/2)/(x + (2/2)/(x + (3/2)/(x + ...)))), from the inside out.
fn outer(x: f64) -> f64 {
    let fraction = (1..=STEPS).rev().fold(x, |under, step| x + f64::from(step) / 2.0 / under);
    (-x * x).exp() / PI.sqrt() / fraction
}
