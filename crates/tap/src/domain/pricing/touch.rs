//! The probability that a driftless Brownian log price visits a closed band during a window.
//!
//! Conditioned on where the price is at the window's start, the reflection principle gives the chance of reaching the near
//! edge, and the two together a bivariate normal: the device of R. C. Heynen and H. M. Kat, "Partial Barrier Options",
//! Journal of Financial Engineering 3, 1994.

use super::bivariate::Correlation;
use super::elementary::ln_ratio;
use super::normal::cdf;
use super::{Crossing, PPB, RateInputs};
use crate::domain::tick::STEP_MS;

/// How far a barrier seen only at ticks seems to lie away, in standard deviations of one step: -zeta(1/2) / sqrt(2 pi).
/// M. Broadie, P. Glasserman and S. Kou, "A Continuity Correction for Discrete Barrier Options", Mathematical Finance 7(4),
/// 1997.
const SHIFT: f64 = 0.5826;

/// A window seen from now at one volatility: what all bands share.
#[derive(Debug, Clone)]
pub(super) enum Window {
    /// It lies ahead.
    Ahead {
        /// Standard deviation of the log price at its start.
        at_start: f64,
        /// The same at its end.
        at_end: f64,
        /// The discrete shift of an edge.
        shift: f64,
        /// The start mirrored, against the end.
        correlation: Correlation,
    },
    /// It is open: the price at its start is the price now.
    Open {
        /// Standard deviation of the log price at its end.
        at_end: f64,
        /// The discrete shift of an edge.
        shift: f64,
    },
}

/// What one edge of a band, at log distance e from the price, contributes to the bands on its two sides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    /// The chance to be below the edge at the start.
    pub below: f64,
    /// The chance to be below or on it.
    pub not_above: f64,
    /// The chance to be below it at the start and to reach it during the window.
    pub from_below: f64,
    /// The chance to be above it at the start and to reach it during the window.
    pub from_above: f64,
}

impl Window {
    /// The window of `inputs` at `factor` times their volatility.
    pub fn new(inputs: &RateInputs, factor: f64) -> Self {
        let sigma = inputs.sigma_ppb as f64 / PPB as f64 * factor;
        let deviation = |ms: i64| sigma * (ms as f64 / 1_000.0).sqrt();
        let shift = match inputs.crossing {
            Crossing::Tick => SHIFT * deviation(STEP_MS),
            Crossing::Segment => 0.0,
        };
        let at_end = deviation(inputs.until_ms);
        if inputs.from_ms <= 0 {
            return Self::Open { at_end, shift };
        }
        let rho = (inputs.from_ms as f64 / inputs.until_ms as f64).sqrt();
        Self::Ahead {
            at_start: deviation(inputs.from_ms),
            at_end,
            shift,
            correlation: Correlation::new(-rho),
        }
    }

    /// The chance to be below `e` at the start, and to be below or on it.
    fn place(&self, e: f64) -> (f64, f64) {
        match self {
            Self::Ahead { at_start, .. } => {
                let below = cdf(e / at_start);
                (below, below)
            }
            Self::Open { .. } => (f64::from(u8::from(0.0 < e)), f64::from(u8::from(0.0 <= e))),
        }
    }

    /// The chance to be below `e` at the start and to reach it in time.
    fn reached_from_below(&self, e: f64) -> f64 {
        match self {
            Self::Ahead { at_start, at_end, shift, correlation } => {
                2.0 * correlation.upper(-e / at_start, (e + shift) / at_end)
            }
            Self::Open { at_end, shift } if e > 0.0 => 2.0 * cdf(-(e + shift) / at_end),
            Self::Open { .. } => 0.0,
        }
    }

    /// The chance to be above `e` at the start and to reach it in time: the mirror image.
    fn reached_from_above(&self, e: f64) -> f64 {
        self.reached_from_below(-e)
    }

    /// All that the edge at price `level` contributes when the price is `price`.
    pub fn edge(&self, level: i64, price: i64) -> Edge {
        let e = ln_ratio(level as f64, price as f64);
        let (below, not_above) = self.place(e);
        Edge {
            below,
            not_above,
            from_below: self.reached_from_below(e),
            from_above: self.reached_from_above(e),
        }
    }
}

/// The chance to touch the closed band between two edges: be in it at the start, or come from below or above.
pub(super) fn between(low: &Edge, high: &Edge) -> f64 {
    let inside = high.not_above - low.below;
    (inside + low.from_below + high.from_above).clamp(0.0, 1.0)
}

/// The probability that the band of `inputs`, which must be sound, is touched in the window, at `factor` times their
/// volatility; before model risk and calibration.
#[must_use]
pub fn touch_probability(inputs: &RateInputs, factor: f64) -> f64 {
    let window = Window::new(inputs, factor);
    between(&window.edge(inputs.low, inputs.price), &window.edge(inputs.high, inputs.price))
}
