//! The probability that a driftless Brownian log price visits a band during a window, as one integral over where it is
//! when the window opens: no bivariate normal, and so no method in common with what published the number.

use super::normal::{below, density};
use super::proof::{Crossing, Quote};

/// The volatilities that a quote must survive, as factors.
const MODEL_RISK: [f64; 3] = [0.85, 1.0, 1.25];
/// The discrete shift of a barrier in standard deviations of one step (Broadie, Glasserman and Kou 1997).
const SHIFT: f64 = 0.5826;
/// The step of the lattice in seconds.
const STEP_S: f64 = 0.1;
/// Beyond so many standard deviations the normal has less than 1e-18.
const FAR: f64 = 9.0;
/// Absolute error allowed to one integral: a hundredth of a part per billion.
const ERROR_MAX: f64 = 1e-11;
/// Parts into which an integral is cut before it adapts, so that no narrow hill is missed.
const PARTS: u32 = 24;
/// Halvings of a part at most.
const DEPTH_MAX: u32 = 30;

/// P* in parts per billion: the largest probability over the three volatilities.
pub(super) fn p_star_ppb(quote: &Quote, low: i64, high: i64) -> i64 {
    let p = MODEL_RISK.map(|factor| touch(quote, (low, high), factor)).into_iter().fold(0.0, f64::max);
    (p * 1e9).round() as i64
}

/// The probability at `factor` times the quoted volatility. The quote's numbers are in their ranges.
pub(super) fn touch(quote: &Quote, (low, high): (i64, i64), factor: f64) -> f64 {
    let sigma = quote.sigma_ppb as f64 * 1e-9 * factor;
    let deviation = |ms: i64| sigma * (ms as f64 / 1_000.0).sqrt();
    let (ahead, inside) = (deviation(quote.from_ms), deviation(quote.until_ms - quote.from_ms));
    let shift = match quote.crossing {
        Crossing::Tick => SHIFT * sigma * STEP_S.sqrt(),
        Crossing::Segment => 0.0,
    };
    let distance = |edge: i64| ((edge - quote.price) as f64 / quote.price as f64).ln_1p();
    let (a, b) = (distance(low), distance(high));
    let within = below(b / ahead) - below(a / ahead);
    // From above is from below in the mirror.
    let p = within + from_below(a, ahead, inside, shift) + from_below(-b, ahead, inside, shift);
    p.clamp(0.0, 1.0)
}

/// The chance to be below `edge` when the window opens and to reach it before it closes: over every such place x the
/// density of being there times 2 P(Z > (edge + shift - x) / inside), which is the reflection principle.
fn from_below(edge: f64, ahead: f64, inside: f64, shift: f64) -> f64 {
    let end = (edge / ahead).min(FAR);
    let there = |u: f64| density(u) * 2.0 * below(-(edge + shift - u * ahead) / inside);
    if end <= -FAR { 0.0 } else { integral(&there, -FAR, end) }
}

/// Adaptive Simpson.
fn integral(f: &impl Fn(f64) -> f64, from: f64, to: f64) -> f64 {
    let width = (to - from) / f64::from(PARTS);
    let part = |number: u32| {
        let start = from + width * f64::from(number);
        let part = Part::new(f, start, start + width, (f(start), f(start + width)));
        part.refined(f, ERROR_MAX / f64::from(PARTS), DEPTH_MAX)
    };
    (0..PARTS).map(part).sum()
}

/// A stretch with the function at its ends and middle.
struct Part {
    from: f64,
    to: f64,
    /// f at from, middle, to.
    at: [f64; 3],
    simpson: f64,
}

impl Part {
    fn new(f: &impl Fn(f64) -> f64, from: f64, to: f64, (start, end): (f64, f64)) -> Self {
        let middle = f(f64::midpoint(from, to));
        Self { from, to, at: [start, middle, end], simpson: (to - from) / 6.0 * (start + 4.0 * middle + end) }
    }

    /// Halves until both halves together say the same as the whole, then takes the Richardson step.
    fn refined(&self, f: &impl Fn(f64) -> f64, error_max: f64, depth: u32) -> f64 {
        let middle = f64::midpoint(self.from, self.to);
        let left = Self::new(f, self.from, middle, (self.at[0], self.at[1]));
        let right = Self::new(f, middle, self.to, (self.at[1], self.at[2]));
        let both = left.simpson + right.simpson;
        let change = both - self.simpson;
        if depth == 0 || change.abs() <= 15.0 * error_max {
            return both + change / 15.0;
        }
        let halves = [left, right].map(|half| half.refined(f, error_max / 2.0, depth - 1));
        halves[0] + halves[1]
    }
}
