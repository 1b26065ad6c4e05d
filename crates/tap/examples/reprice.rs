//! How long it takes to reprice the whole grid: `cargo run --release -p tap --example reprice`.

use std::hint::black_box;
use std::io::Write as _;
use std::time::{Duration, Instant};
use tap::domain::calibrator::Calibrator;
use tap::domain::pricing::{ColumnInputs, Crossing, GridInputs, price_grid};

const ROUNDS: u32 = 200;

fn main() -> std::io::Result<()> {
    let columns: Vec<ColumnInputs> = (1..=24)
        .map(|ahead| ahead * 5_000 - 1_234)
        .map(|from_ms| ColumnInputs { from_ms, until_ms: from_ms + 5_000, edge_bp: 600 })
        .collect();
    let calibrator = Calibrator::identity();
    let once = |round: u32| {
        let price = 6_000_000 + i64::from(round);
        let grid = GridInputs {
            price,
            sigma_ppb: 89_036,
            crossing: Crossing::Tick,
            low: 5_980_000,
            height: 2_000,
            rows: 21,
            columns: &columns,
        };
        let start = Instant::now();
        black_box(price_grid(black_box(&grid), &calibrator));
        start.elapsed()
    };
    let mut times: Vec<Duration> = (0..ROUNDS).map(once).collect();
    times.sort_unstable();
    let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
    writeln!(
        std::io::stdout().lock(),
        "24 columns x 21 rows x 3 volatilities: median {median:?}, worst {worst:?} of {ROUNDS}"
    )
}
