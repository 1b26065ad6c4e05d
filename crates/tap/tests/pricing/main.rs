//! The pricer against what is known by other ways: a published table, an independent integral, simulated markets, a file of
//! vectors, and its own repetition in JavaScript.

mod browser;
mod golden;
mod grid;
mod margin;
mod monte_carlo;
mod oracle;
mod random;
mod vectors;

use tap::domain::pricing::{Crossing, RateInputs};

/// 50 % a year.
const SIGMA_50: i64 = 89_036;
const PRICE: i64 = 6_000_000;

/// A cell of the golden table: bounds in dollars, window in milliseconds from now.
fn cell(low: i64, high: i64, from_ms: i64, until_ms: i64, crossing: Crossing) -> RateInputs {
    let (low, high) = (low * 100, high * 100);
    RateInputs { price: PRICE, low, high, from_ms, until_ms, sigma_ppb: SIGMA_50, edge_bp: 600, crossing }
}
