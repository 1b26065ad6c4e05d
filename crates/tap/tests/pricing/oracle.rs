//! The touch probability by another way: one integral over the price at the window's start, adaptively, with a normal
//! distribution function of its own and the platform's `exp` and `ln`. It shares no line with the pricer.

use std::f64::consts::PI;
use tap::domain::pricing::{Crossing, RateInputs};

/// The series of G. Marsaglia, "Evaluating the Normal Distribution", Journal of Statistical Software 11(4), 2004.
fn cdf(x: f64) -> f64 {
    if x.abs() > 8.3 {
        return if x > 0.0 { 1.0 } else { 0.0 };
    }
    let (mut sum, mut term, mut n) = (x, x, 1.0);
    while term.abs() > 1e-18 {
        n += 2.0;
        term *= x * x / n;
        sum += term;
    }
    0.5 + sum * density(x)
}

fn density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

/// The integral of `f` by Simpson's rule, halved until two generations agree.
fn integral(f: &dyn Fn(f64) -> f64, from: f64, to: f64) -> f64 {
    const PIECES: i32 = 16;
    if from >= to {
        return 0.0;
    }
    let width = (to - from) / f64::from(PIECES);
    let piece = |n: i32| {
        let (a, b) = (from + f64::from(n) * width, from + f64::from(n + 1) * width);
        let ends = (f(a), f((a + b) / 2.0), f(b));
        halved(f, (a, b), ends, 1e-14, 40)
    };
    (0..PIECES).map(piece).sum()
}

fn halved(
    f: &dyn Fn(f64) -> f64,
    (a, b): (f64, f64),
    (fa, fm, fb): (f64, f64, f64),
    tolerance: f64,
    depth: u32,
) -> f64 {
    let m = (a + b) / 2.0;
    let (fl, fr) = (f((a + m) / 2.0), f((m + b) / 2.0));
    let whole = (b - a) / 6.0 * (fa + 4.0 * fm + fb);
    let (left, right) = ((m - a) / 6.0 * (fa + 4.0 * fl + fm), (b - m) / 6.0 * (fm + 4.0 * fr + fb));
    let error = (left + right - whole) / 15.0;
    if depth == 0 || error.abs() < tolerance {
        return left + right + error;
    }
    halved(f, (a, m), (fa, fl, fm), tolerance / 2.0, depth - 1)
        + halved(f, (m, b), (fm, fr, fb), tolerance / 2.0, depth - 1)
}

/// The chance to be below the edge `e` at the window's start and to cross `e + shift` in it.
fn from_below(e: f64, shift: f64, at_start: f64, during: f64) -> f64 {
    let edge = e / at_start;
    let reach = 9.0 * during / at_start;
    let f = |x: f64| 2.0 * density(x) * cdf(-(e + shift - x * at_start) / during);
    integral(&f, (edge - reach).max(-9.0), edge.min(9.0))
}

/// The probability of a touch at `factor` times the volatility.
pub fn touch(inputs: &RateInputs, factor: f64) -> f64 {
    let sigma = inputs.sigma_ppb as f64 * 1e-9 * factor;
    let deviation = |ms: i64| sigma * (ms as f64 / 1000.0).sqrt();
    let shift = if inputs.crossing == Crossing::Tick { 0.5826 * deviation(100) } else { 0.0 };
    let log = |level: i64| (level as f64 / inputs.price as f64).ln();
    let (a, b) = (log(inputs.low), log(inputs.high));
    if inputs.from_ms <= 0 {
        let distance = if a > 0.0 { a } else { -b };
        let is_inside = a <= 0.0 && b >= 0.0;
        return if is_inside { 1.0 } else { 2.0 * cdf(-(distance + shift) / deviation(inputs.until_ms)) };
    }
    let (at_start, during) = (deviation(inputs.from_ms), deviation(inputs.until_ms - inputs.from_ms));
    cdf(b / at_start) - cdf(a / at_start)
        + from_below(a, shift, at_start, during)
        + from_below(-b, shift, at_start, during)
}
