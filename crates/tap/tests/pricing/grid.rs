//! Pricing a grid gives the very integers that pricing its cells one by one gives.

use crate::random::Chance;
use crate::{PRICE, SIGMA_50};
use tap::domain::calibrator::{Calibrator, Key, Observation};
use tap::domain::pricing::{ColumnInputs, Crossing, GridInputs, Priced, RateInputs, price_cell, price_grid};

const SEED: u64 = 1_997;

fn assert_cell_by_cell(grid: &GridInputs<'_>, calibrator: &Calibrator) -> Vec<Priced> {
    let cells = price_grid(grid, calibrator);
    assert_eq!(cells.len(), grid.rows * grid.columns.len());
    for (at, priced) in cells.iter().enumerate() {
        let (row, column) = (at / grid.columns.len(), grid.columns[at % grid.columns.len()]);
        let low = grid.low + grid.height * row as i64;
        let inputs = RateInputs {
            price: grid.price,
            low,
            high: low + grid.height,
            from_ms: column.from_ms,
            until_ms: column.until_ms,
            sigma_ppb: grid.sigma_ppb,
            edge_bp: column.edge_bp,
            crossing: grid.crossing,
        };
        assert_eq!(*priced, price_cell(&inputs, calibrator), "{inputs:?}, seed {SEED}");
    }
    cells
}

fn columns(now_ms: i64, width_ms: i64, count: i64) -> Vec<ColumnInputs> {
    let ahead = (0..count).map(|ahead| ahead * width_ms - now_ms);
    let edge = |from_ms: i64| if from_ms % 2 == 0 { 600 } else { 1_000 };
    ahead
        .map(|from_ms| ColumnInputs { from_ms, until_ms: from_ms + width_ms, edge_bp: edge(from_ms) })
        .collect()
}

/// A calibrator that lifts every bucket somewhere.
pub fn lifting() -> Calibrator {
    let keys = (0..6).flat_map(|moneyness| (0..5).map(move |ahead| Key { moneyness, ahead }));
    let seen = keys.flat_map(|key| {
        (0..600).map(move |n| Observation { key, predicted_ppb: n * 1_500_000, touched: n % 3 != 0 })
    });
    Calibrator::fit(4, &seen.collect::<Vec<_>>())
}

#[test]
fn a_whole_grid_has_the_integers_of_its_cells() {
    let columns = columns(1_234, 5_000, 25);
    let grid = GridInputs {
        price: PRICE + 777,
        sigma_ppb: SIGMA_50,
        crossing: Crossing::Tick,
        low: PRICE - 20_000,
        height: 2_000,
        rows: 21,
        columns: &columns,
    };
    let cells = assert_cell_by_cell(&grid, &Calibrator::identity());
    let offered = cells.iter().filter(|priced| priced.rate.is_some()).count();
    assert!((150..525).contains(&offered), "{offered} of {} are offered", cells.len());
}

#[test]
fn random_grids_have_the_integers_of_their_cells_under_any_calibration() {
    let mut chance = Chance::new(SEED);
    let lifting = lifting();
    for round in 0..12 {
        let widths = [1_000, 2_000, 5_000, 60_000];
        let columns = columns(chance.between(0, 5_000), widths[chance.below(4)], 5);
        let grid = GridInputs {
            price: PRICE + chance.between(-1_000_000, 1_000_000),
            sigma_ppb: chance.between(20_000, 700_000),
            crossing: if round % 2 == 0 { Crossing::Tick } else { Crossing::Segment },
            low: PRICE + chance.between(-1_000_000, 1_000_000),
            height: chance.between(100, 20_000),
            rows: 7,
            columns: &columns,
        };
        assert_cell_by_cell(&grid, &lifting);
    }
}

#[test]
fn rows_below_nothing_and_columns_that_are_over_are_refused_not_priced() {
    let over = ColumnInputs { from_ms: -9_000, until_ms: -4_000, edge_bp: 600 };
    let ahead = ColumnInputs { from_ms: 10_000, until_ms: 15_000, edge_bp: 600 };
    let columns = [over, ahead];
    let grid = GridInputs {
        price: 1_500,
        sigma_ppb: 700_000,
        crossing: Crossing::Tick,
        low: -2_000,
        height: 1_000,
        rows: 5,
        columns: &columns,
    };
    let cells = assert_cell_by_cell(&grid, &Calibrator::identity());
    assert!(cells.iter().step_by(2).all(|priced| *priced == Priced::UNSOUND));
    assert_eq!(cells[5], Priced::UNSOUND, "the band that begins at 0");
    assert_eq!(cells[9], Priced { p_ppb: 0, rate: None }, "priced, and hopeless");
    assert_eq!(price_grid(&GridInputs { low: i64::MAX, ..grid }, &Calibrator::identity()).len(), 10);
}
