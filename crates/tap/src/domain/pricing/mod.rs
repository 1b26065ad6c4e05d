//! From what a quote knows to its rate: the probability that a band is touched in a window, protected against model risk,
//! then an integer rate.
//!
//! Floats live here and nowhere else in the domain, and they end in one rounding, `p_ppb`. They are made of operations that
//! every machine rounds alike (see [`elementary`]), so the server, a verifier and a browser get the same integer.

pub mod bivariate;
pub mod elementary;
mod grid;
pub mod normal;
mod rate;
mod touch;

pub use grid::{ColumnInputs, GridInputs, price_grid};
pub use rate::{RATE_MAX, RATE_MIN, rate};
pub use touch::touch_probability;

use super::calibrator::Calibrator;
use serde::{Deserialize, Serialize};

/// One in parts per billion.
pub const PPB: i64 = 1_000_000_000;
/// The highest price that is priced: ten million USD in cents, as for the venues.
pub const PRICE_MAX: i64 = 1_000_000_000;
/// The highest volatility per square root of a second, in ppb: 100 %, far beyond any market and any halt.
pub const SIGMA_PPB_MAX: i64 = PPB;
/// The longest way to a window's end: a day. The grid looks a few minutes ahead.
pub const UNTIL_MS_MAX: i64 = 86_400_000;
/// The whole stake in basis points.
pub const BASIS_POINTS: i64 = 10_000;

/// The volatilities that a rate must survive, as factors: P rises with volatility out of the money and falls in it.
const MODEL_RISK: [f64; 3] = [0.85, 1.0, 1.25];

/// What counts as a touch. Part of the rule version: a bet is settled by the rule it was priced with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Crossing {
    /// A tick in the band; a jump over it is none.
    #[default]
    Tick,
    /// Also the straight way between two ticks.
    Segment,
}

impl Crossing {
    /// Its name in proofs and settings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tick => "tick",
            Self::Segment => "segment",
        }
    }

    /// Reads its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Tick, Self::Segment].into_iter().find(|crossing| crossing.as_str() == name)
    }
}

/// All that a rate depends on beside the calibrator. Integers, so that everybody computes from the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RateInputs {
    /// The latest canonical price, in cents.
    pub price: i64,
    /// The band's lower bound, in cents; inclusive.
    pub low: i64,
    /// The band's upper bound, in cents; inclusive.
    pub high: i64,
    /// Milliseconds from now to the window's start. 0 and below: the window is open, only its rest counts.
    pub from_ms: i64,
    /// Milliseconds from now to the window's end, columns of grace included.
    pub until_ms: i64,
    /// Volatility per square root of a second, times 10^9.
    pub sigma_ppb: i64,
    /// The house's edge in basis points.
    pub edge_bp: i64,
    /// What counts as a touch.
    pub crossing: Crossing,
}

impl RateInputs {
    /// Whether these describe a bet at all: every number in its range, the band and the window not empty.
    #[must_use]
    pub fn are_sound(&self) -> bool {
        let band = self.low >= 1 && self.low < self.high && self.high <= PRICE_MAX;
        let window = self.from_ms >= -UNTIL_MS_MAX
            && self.from_ms < self.until_ms
            && (1..=UNTIL_MS_MAX).contains(&self.until_ms);
        let market = (1..=PRICE_MAX).contains(&self.price) && (1..=SIGMA_PPB_MAX).contains(&self.sigma_ppb);
        band && window && market && (0..BASIS_POINTS).contains(&self.edge_bp)
    }
}

/// What a cell costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Priced {
    /// The protected probability of a touch, in ppb.
    pub p_ppb: i64,
    /// Hundredths paid per unit of stake, in [[`RATE_MIN`], [`RATE_MAX`]]; `None`: not offered.
    pub rate: Option<u32>,
}

impl Priced {
    /// What comes of inputs that are not sound: as if it were certain, so never offered.
    pub const UNSOUND: Self = Self { p_ppb: PPB, rate: None };
}

/// Prices one cell. Total: inputs that are not sound give [`Priced::UNSOUND`].
#[must_use]
pub fn price_cell(inputs: &RateInputs, calibrator: &Calibrator) -> Priced {
    if !inputs.are_sound() {
        return Priced::UNSOUND;
    }
    let p = MODEL_RISK.map(|factor| touch_probability(inputs, factor));
    priced(inputs, largest(p), calibrator)
}

/// The common end of pricing one cell and a whole grid: `p_star` is the probability after model risk.
fn priced(inputs: &RateInputs, p_star: f64, calibrator: &Calibrator) -> Priced {
    let p_star_ppb = (p_star * PPB as f64 + 0.5).floor() as i64;
    let p_ppb = calibrator.protect(p_star_ppb, inputs);
    Priced { p_ppb, rate: rate(p_ppb, inputs.edge_bp) }
}

fn largest(p: [f64; MODEL_RISK.len()]) -> f64 {
    p.into_iter().fold(0.0, |largest, p| if p > largest { p } else { largest })
}
