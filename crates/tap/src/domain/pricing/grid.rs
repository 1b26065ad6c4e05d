//! Prices a whole grid: what neighbours share is computed once, and each cell gets the very integers that pricing it alone
//! gives.

use super::touch::{Edge, Window, between};
use super::{Crossing, MODEL_RISK, PRICE_MAX, Priced, RateInputs, largest, priced};
use crate::domain::calibrator::Calibrator;

/// A rectangle of cells. Row 0 is the lowest band, `[low, low + height]`; a row's upper bound is the next one's lower.
#[derive(Debug, Clone, Copy)]
pub struct GridInputs<'g> {
    /// The latest canonical price, in cents.
    pub price: i64,
    /// Volatility per square root of a second, times 10^9.
    pub sigma_ppb: i64,
    /// What counts as a touch.
    pub crossing: Crossing,
    /// The lowest band's lower bound, in cents.
    pub low: i64,
    /// The height of every band, in cents.
    pub height: i64,
    /// How many bands.
    pub rows: usize,
    /// The columns from left to right.
    pub columns: &'g [ColumnInputs],
}

/// What differs between columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnInputs {
    /// Milliseconds from now to the window's start.
    pub from_ms: i64,
    /// Milliseconds from now to the window's end, columns of grace included.
    pub until_ms: i64,
    /// The house's edge in this column, in basis points.
    pub edge_bp: i64,
}

impl GridInputs<'_> {
    fn level(&self, row: usize) -> i64 {
        let row = i64::try_from(row).unwrap_or(i64::MAX);
        self.low.saturating_add(self.height.saturating_mul(row))
    }

    fn cell(&self, row: usize, column: ColumnInputs) -> RateInputs {
        RateInputs {
            price: self.price,
            low: self.level(row),
            high: self.level(row + 1),
            from_ms: column.from_ms,
            until_ms: column.until_ms,
            sigma_ppb: self.sigma_ppb,
            edge_bp: column.edge_bp,
            crossing: self.crossing,
        }
    }
}

/// Prices every cell; row-major, so the cell of a row and a column is at `row * columns + column`.
#[must_use]
pub fn price_grid(grid: &GridInputs<'_>, calibrator: &Calibrator) -> Vec<Priced> {
    let width = grid.columns.len();
    let mut cells = vec![Priced::UNSOUND; grid.rows * width];
    for (at, column) in grid.columns.iter().enumerate() {
        for (row, priced) in price_column(grid, *column, calibrator).into_iter().enumerate() {
            cells[row * width + at] = priced;
        }
    }
    cells
}

fn price_column(grid: &GridInputs<'_>, column: ColumnInputs, calibrator: &Calibrator) -> Vec<Priced> {
    let cells: Vec<RateInputs> = (0..grid.rows).map(|row| grid.cell(row, column)).collect();
    // Price, volatility and window are the same in all cells; one sound cell vouches for them.
    let Some(sound) = cells.iter().find(|cell| cell.are_sound()) else {
        return vec![Priced::UNSOUND; grid.rows];
    };
    let edges = MODEL_RISK.map(|factor| column_edges(grid, &Window::new(sound, factor)));
    let price = |(row, cell): (usize, &RateInputs)| {
        if !cell.are_sound() {
            return Priced::UNSOUND;
        }
        let p = [0, 1, 2].map(|risk: usize| between(&edges[risk][row], &edges[risk][row + 1]));
        priced(cell, largest(p), calibrator)
    };
    cells.iter().enumerate().map(price).collect()
}

/// Every level's edge, from the lowest. Levels out of range are held at its ends; no sound cell has one.
fn column_edges(grid: &GridInputs<'_>, window: &Window) -> Vec<Edge> {
    (0..=grid.rows).map(|row| window.edge(grid.level(row).clamp(1, PRICE_MAX), grid.price)).collect()
}
