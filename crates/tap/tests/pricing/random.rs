//! Chance for the simulations: seeded, so that every run is the same.

use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};

/// Uniform and normal numbers from one seed.
pub struct Chance {
    source: SmallRng,
    spare: Option<f64>,
}

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self { source: SmallRng::seed_from_u64(seed), spare: None }
    }

    /// One of `0..count`.
    pub fn below(&mut self, count: usize) -> usize {
        self.source.random_range(0..count)
    }

    /// A whole number from `from` to before `until`.
    pub fn between(&mut self, from: i64, until: i64) -> i64 {
        self.source.random_range(from..until)
    }

    /// A standard normal number, by the polar method.
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let (x, y) = (self.source.random::<f64>() * 2.0 - 1.0, self.source.random::<f64>() * 2.0 - 1.0);
            let square = x * x + y * y;
            if square < 1.0 && square > 0.0 {
                let factor = (-2.0 * square.ln() / square).sqrt();
                self.spare = Some(y * factor);
                return x * factor;
            }
        }
    }
}
