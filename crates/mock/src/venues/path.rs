//! The price that all simulated venues follow: a geometric Brownian walk, pulled back if wished, with rare jumps.
//! A function of the seed and the number of steps alone.

use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};
use std::f64::consts::TAU;

/// Seconds of a year of 365 days, as the pricer counts them.
const YEAR_S: f64 = 31_536_000.0;
/// How large a jump is: standard deviation of its logarithm.
const JUMP_SIZE: f64 = 0.0015;
/// The walk stays within a factor of this around its start: the simulator may run for months, and no price of it may
/// become one that a parser refuses.
const FACTOR_MAX: f64 = 8.0;

/// The walk's state.
#[derive(Debug)]
pub struct PricePath {
    rng: SmallRng,
    start: f64,
    /// Logarithm of price over start.
    log: f64,
    /// Per square root of a second.
    vol: f64,
    pull: f64,
    jumps_per_s: f64,
}

impl PricePath {
    /// `start` is in cents; volatility of a year, pull per second, jumps per hour.
    #[must_use]
    pub fn new(seed: u64, start: f64, annual_vol: f64, pull: f64, jumps_per_hour: f64) -> Self {
        let vol = annual_vol / YEAR_S.sqrt();
        let rng = SmallRng::seed_from_u64(seed);
        Self { rng, start, log: 0.0, vol, pull, jumps_per_s: jumps_per_hour / 3_600.0 }
    }

    /// Moves on by `dt` seconds; returns the price in cents.
    pub fn advance(&mut self, dt: f64) -> f64 {
        let drift = -0.5 * self.vol * self.vol - self.pull * self.log;
        self.log += drift * dt + self.vol * dt.sqrt() * normal(&mut self.rng);
        if self.rng.random::<f64>() < self.jumps_per_s * dt {
            self.log += JUMP_SIZE * normal(&mut self.rng);
        }
        self.log = self.log.clamp(-FACTOR_MAX.ln(), FACTOR_MAX.ln());
        self.start * self.log.exp()
    }
}

/// A standard normal number (Box and Muller 1958).
pub fn normal(rng: &mut SmallRng) -> f64 {
    let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
    radius * (TAU * rng.random::<f64>()).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(seed: u64, steps: usize) -> Vec<f64> {
        let mut path = PricePath::new(seed, 6_000_000.0, 0.5, 0.0, 0.0);
        (0..steps).map(|_| path.advance(0.1)).collect()
    }

    #[test]
    fn the_same_seed_walks_the_same_path() {
        assert_eq!(walk(7, 1_000), walk(7, 1_000));
        assert_ne!(walk(7, 10), walk(8, 10));
    }

    #[test]
    fn its_volatility_is_the_one_asked_for() {
        let prices = walk(7, 50_000);
        let squares: f64 = prices.windows(2).map(|two| (two[1] / two[0]).ln().powi(2)).sum();
        let annual = (squares / (prices.len() - 1) as f64 / 0.1 * YEAR_S).sqrt();
        assert!((annual - 0.5).abs() < 0.01, "{annual}");
    }

    #[test]
    fn a_pulled_path_stays_near_its_start() {
        let mut path = PricePath::new(7, 6_000_000.0, 5.0, 0.5, 0.0);
        for _ in 0..20_000 {
            let price = path.advance(0.1);
            assert!((price / 6_000_000.0 - 1.0).abs() < 0.01, "{price}");
        }
    }

    #[test]
    fn no_path_leaves_the_believable() {
        let mut path = PricePath::new(7, 6_000_000.0, 500.0, 0.0, 3_600.0);
        for _ in 0..10_000 {
            let price = path.advance(1.0);
            assert!((6_000_000.0 / 8.1..6_000_000.0 * 8.1).contains(&price), "{price}");
        }
    }
}
