//! The closed form against simulated paths: ticks as settlement sees them, and the continuous price by Brownian bridges.

use crate::golden::TABLE;
use crate::random::Chance;
use crate::{SIGMA_50, cell};
use tap::domain::pricing::{Crossing, touch_probability};
use tap::domain::tick::STEP_MS;

const SEED: u64 = 20_260_511;
/// Enough for a standard error of a quarter of a point, few enough for an unoptimised build.
const PATHS: u32 = 40_000;
/// A right formula fails once in 16,000 seeds.
const STANDARD_ERRORS: f64 = 4.0;

/// A band as log distances from the price, and a tick's standard deviation.
struct Market {
    a: f64,
    b: f64,
    step: f64,
}

impl Market {
    fn inside(&self, x: f64) -> bool {
        self.a <= x && x <= self.b
    }

    /// The chance that the bridge between two points on one side of the band has reached its near edge.
    fn crossed(&self, from: f64, to: f64) -> f64 {
        let (y0, y1) =
            if from < self.a { (self.a - from, self.a - to) } else { (from - self.b, to - self.b) };
        if y1 <= 0.0 { 1.0 } else { (-2.0 * y0 * y1 / (self.step * self.step)).exp() }
    }

    /// One path from the window's start on: whether a tick touched, and the chance that the continuous price did.
    fn walk(&self, chance: &mut Chance, steps: i64, start: f64) -> (f64, f64) {
        let (mut x, mut missed) = (start, 1.0);
        for _ in 0..steps {
            if self.inside(x) {
                return (1.0, 1.0);
            }
            let next = x + self.step * chance.normal();
            missed *= 1.0 - self.crossed(x, next);
            x = next;
        }
        (f64::from(u8::from(self.inside(x))), 1.0 - missed)
    }
}

/// Mean and standard error.
fn mean(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, (variance / count).sqrt())
}

#[test]
fn simulated_paths_touch_as_often_as_the_closed_form_says() {
    let sigma = SIGMA_50 as f64 * 1e-9;
    for (low, high, from, until, ..) in TABLE {
        let mut chance = Chance::new(SEED);
        let log = |dollars: i64| (dollars as f64 / 60_000.0).ln();
        let market = Market { a: log(low), b: log(high), step: sigma * (STEP_MS as f64 / 1_000.0).sqrt() };
        let at_start = sigma * (from as f64 / 1_000.0).sqrt();
        let steps = (until - from) / STEP_MS;
        let paths: Vec<(f64, f64)> = (0..PATHS)
            .map(|_| {
                let start = at_start * chance.normal();
                market.walk(&mut chance, steps, start)
            })
            .collect();
        let ticks: Vec<f64> = paths.iter().map(|path| path.0).collect();
        let bridges: Vec<f64> = paths.iter().map(|path| path.1).collect();
        for (crossing, seen) in [(Crossing::Tick, ticks), (Crossing::Segment, bridges)] {
            let (mean, error) = mean(&seen);
            let ours = touch_probability(&cell(low, high, from, until, crossing), 1.0);
            let off = (ours - mean) / error;
            assert!(
                off.abs() < STANDARD_ERRORS,
                "{low}-{high} {crossing:?}: {ours} against {mean} +- {error}, seed {SEED}"
            );
        }
    }
}
