//! The grid: columns of time, rows of price, epochs with their row height, what may still be tapped.
//!
//! Columns count from the Unix epoch and rows from price 0, so every node agrees without a state.

mod row_height;

pub use row_height::{Epoch, RowHeight, least_height};

use super::cell::CellId;
use super::pricing::PRICE_MAX;
use std::ops::RangeInclusive;

/// Widths of a column that can be configured, in milliseconds.
pub const WIDTHS_MS: [i64; 6] = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000];
/// Columns ahead of the current one that are shown and can be tapped.
pub const COLUMNS_AHEAD: i64 = 24;
/// Columns behind the current one that are shown.
pub const COLUMNS_PAST: i64 = 12;
/// Rows that are shown; odd, so that one is the middle.
pub const ROWS: i64 = 21;
/// Columns next to the current one that cannot be tapped any more.
pub const LOCK_COLUMNS: i64 = 1;
/// A bet is written at least so long before its column begins, so that it is not decided while it is being written.
pub const COMMIT_GUARD_MS: i64 = 500;
/// The amounts that can be bet, in cents.
pub const PRESETS: [i64; 6] = [100, 500, 1_000, 2_500, 5_000, 10_000];

/// Whether `amount` cents can be bet.
#[must_use]
pub fn is_preset(amount: i64) -> bool {
    PRESETS.contains(&amount)
}

/// Whether a bet on a column that begins at `t0_ms` may still be written at `commit_ms`.
#[must_use]
pub const fn may_commit(t0_ms: i64, commit_ms: i64) -> bool {
    commit_ms < t0_ms.saturating_sub(COMMIT_GUARD_MS)
}

/// The shape of the cells of one epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Geometry {
    epoch: i64,
    width_ms: i64,
    height_cents: i64,
}

/// Why there is no such geometry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GeometryFault {
    /// Epochs count from 0.
    #[error("an epoch is 0 or more")]
    EpochIsNegative,
    /// Not one of [`WIDTHS_MS`].
    #[error("a column is 1, 2, 5, 10, 30 or 60 seconds wide")]
    WidthIsNotAllowed,
    /// A row without height, or higher than any price.
    #[error("a row is between a cent and ten million dollars high")]
    HeightIsOutOfRange,
}

/// Why a cell is not one of a geometry. At the edge: `bad_cell`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CellFault {
    /// Its epoch is another one.
    #[error("the cell is of another epoch")]
    CellIsOfAnotherEpoch,
    /// Its lower bound is between the lines.
    #[error("the cell's lower bound is not on a line of the grid")]
    BandIsOffTheLines,
    /// It is not one row high.
    #[error("the cell is not one row high")]
    BandIsNotOneRow,
}

/// Why a column cannot be tapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlaceFault {
    /// Past, current, or within the lock. At the edge: `too_late`.
    #[error("the column is past, current or next")]
    ColumnIsTooNear,
    /// Beyond what is offered. At the edge: `bad_cell`.
    #[error("the column is not offered yet")]
    ColumnIsTooFar,
}

/// What of the grid is shown at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// The column of now.
    pub current: i64,
    /// The oldest column shown.
    pub first_past: i64,
    /// The next column, first of the [`COLUMNS_AHEAD`].
    pub first_ahead: i64,
    /// The first column that can be tapped.
    pub first_placeable: i64,
    /// The last column shown and tappable.
    pub last: i64,
    /// The lowest row's number; [`ROWS`] are shown.
    pub first_row: i64,
    /// The lowest row's lower bound in cents.
    pub low: i64,
}

impl Geometry {
    /// A geometry: columns of `width_ms`, rows of `height_cents`.
    pub fn new(epoch: i64, width_ms: i64, height_cents: i64) -> Result<Self, GeometryFault> {
        if epoch < 0 {
            return Err(GeometryFault::EpochIsNegative);
        }
        if !WIDTHS_MS.contains(&width_ms) {
            return Err(GeometryFault::WidthIsNotAllowed);
        }
        if !(1..=PRICE_MAX).contains(&height_cents) {
            return Err(GeometryFault::HeightIsOutOfRange);
        }
        Ok(Self { epoch, width_ms, height_cents })
    }

    /// Its epoch.
    #[must_use]
    pub const fn epoch(&self) -> i64 {
        self.epoch
    }

    /// A column's width in milliseconds.
    #[must_use]
    pub const fn width_ms(&self) -> i64 {
        self.width_ms
    }

    /// A row's height in cents.
    #[must_use]
    pub const fn height_cents(&self) -> i64 {
        self.height_cents
    }

    /// The column of a moment.
    #[must_use]
    pub const fn column_of(&self, t_ms: i64) -> i64 {
        t_ms.div_euclid(self.width_ms)
    }

    /// The first millisecond of a column.
    #[must_use]
    pub const fn starts_at_ms(&self, column: i64) -> i64 {
        column.saturating_mul(self.width_ms)
    }

    /// The first millisecond after a column and its `grace_columns`.
    #[must_use]
    pub const fn ends_at_ms(&self, column: i64, grace_columns: i64) -> i64 {
        self.starts_at_ms(column.saturating_add(1).saturating_add(grace_columns))
    }

    /// The row of a price; for a price on a line the upper one.
    #[must_use]
    pub const fn row_of(&self, price: i64) -> i64 {
        price.div_euclid(self.height_cents)
    }

    /// All rows whose band has the price: two when it is on a line.
    #[must_use]
    pub const fn rows_of(&self, price: i64) -> RangeInclusive<i64> {
        let upper = self.row_of(price);
        let is_on_line = price.rem_euclid(self.height_cents) == 0;
        (if is_on_line { upper.saturating_sub(1) } else { upper })..=upper
    }

    /// A row's bounds in cents, both inclusive.
    #[must_use]
    pub const fn band(&self, row: i64) -> (i64, i64) {
        let low = row.saturating_mul(self.height_cents);
        (low, low.saturating_add(self.height_cents))
    }

    /// The cell of a column and a row; `None` before time or price 0.
    #[must_use]
    pub const fn cell(&self, column: i64, row: i64) -> Option<CellId> {
        let (low, high) = self.band(row);
        CellId::new(self.epoch, column, low, high)
    }

    /// Whether `cell` is one of these. Guards run in the order of [`CellFault`].
    pub fn check(&self, cell: &CellId) -> Result<(), CellFault> {
        if cell.epoch() != self.epoch {
            return Err(CellFault::CellIsOfAnotherEpoch);
        }
        if cell.low() % self.height_cents != 0 {
            return Err(CellFault::BandIsOffTheLines);
        }
        if cell.high() - cell.low() != self.height_cents {
            return Err(CellFault::BandIsNotOneRow);
        }
        Ok(())
    }

    /// Whether a bet on `column` is taken at `now_ms`, the server's clock at receipt.
    pub fn placeable(&self, column: i64, now_ms: i64) -> Result<(), PlaceFault> {
        let current = self.column_of(now_ms);
        if column < current.saturating_add(LOCK_COLUMNS + 1) {
            return Err(PlaceFault::ColumnIsTooNear);
        }
        if column > current.saturating_add(COLUMNS_AHEAD) {
            return Err(PlaceFault::ColumnIsTooFar);
        }
        Ok(())
    }

    /// What is shown at `now_ms`, with the row of `price` in the middle; the lowest row is never below price 0.
    #[must_use]
    pub fn view(&self, now_ms: i64, price: i64) -> View {
        let current = self.column_of(now_ms);
        let first_row = self.row_of(price).saturating_sub(ROWS / 2).max(0);
        View {
            current,
            first_past: current.saturating_sub(COLUMNS_PAST),
            first_ahead: current.saturating_add(1),
            first_placeable: current.saturating_add(LOCK_COLUMNS + 1),
            last: current.saturating_add(COLUMNS_AHEAD),
            first_row,
            low: self.band(first_row).0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Geometry {
        Geometry::new(1, 5_000, 1_000).expect("an allowed geometry")
    }

    fn cell(text: &str) -> CellId {
        CellId::parse(text).expect("an id")
    }

    #[test]
    fn a_column_begins_with_its_first_millisecond_and_ends_before_its_last() {
        for (t_ms, column) in [(0, 0), (4_999, 0), (5_000, 1), (1_789_617_004_999, 357_923_400), (-1, -1)] {
            assert_eq!(grid().column_of(t_ms), column, "{t_ms}");
        }
        assert_eq!((grid().starts_at_ms(7), grid().ends_at_ms(7, 0)), (35_000, 40_000));
        assert_eq!(grid().ends_at_ms(7, 3), 55_000, "grace lengthens the window");
    }

    #[test]
    fn a_price_on_a_line_is_in_both_neighbours() {
        for (price, rows) in
            [(6_000_500, 6_000..=6_000), (6_000_000, 5_999..=6_000), (6_001_000, 6_000..=6_001)]
        {
            assert_eq!(grid().rows_of(price), rows, "{price}");
            for row in rows {
                let cell = grid().cell(3, row).expect("a cell");
                assert!(cell.contains(price));
                assert_eq!(grid().check(&cell), Ok(()));
            }
        }
    }

    #[test]
    fn a_cell_must_have_the_epochs_lines_and_height() {
        for (id, expected) in [
            ("1:9:6000000:6001000", Ok(())),
            ("1:9:0:1000", Ok(())),
            ("2:9:6000000:6001000", Err(CellFault::CellIsOfAnotherEpoch)),
            ("1:9:6000500:6001500", Err(CellFault::BandIsOffTheLines)),
            ("1:9:6000000:6002000", Err(CellFault::BandIsNotOneRow)),
            ("1:9:6000000:6000999", Err(CellFault::BandIsNotOneRow)),
            ("1:9:0:9223372036854775807", Err(CellFault::BandIsNotOneRow)),
        ] {
            assert_eq!(grid().check(&cell(id)), expected, "{id}");
        }
    }

    #[test]
    fn the_second_column_ahead_is_the_first_that_is_taken_and_the_24th_the_last() {
        let now_ms = 50_000;
        for (column, expected) in [
            (9, Err(PlaceFault::ColumnIsTooNear)),
            (10, Err(PlaceFault::ColumnIsTooNear)),
            (11, Err(PlaceFault::ColumnIsTooNear)),
            (12, Ok(())),
            (34, Ok(())),
            (35, Err(PlaceFault::ColumnIsTooFar)),
            (i64::MAX, Err(PlaceFault::ColumnIsTooFar)),
        ] {
            assert_eq!(grid().placeable(column, now_ms), expected, "column {column}");
            assert_eq!(grid().placeable(column, now_ms + 4_999), expected, "column {column} at the end");
        }
        assert_eq!(grid().placeable(12, 55_000), Err(PlaceFault::ColumnIsTooNear), "time moves on");
    }

    #[test]
    fn a_bet_is_written_more_than_500_ms_before_its_column_or_not_at_all() {
        let written = [59_499, 59_500, 59_501, 60_000].map(|commit_ms| may_commit(60_000, commit_ms));
        assert_eq!(written, [true, false, false, false]);
    }

    #[test]
    fn only_presets_can_be_bet() {
        assert!(PRESETS.iter().all(|amount| is_preset(*amount)));
        for amount in [i64::MIN, -100, 0, 1, 99, 101, 999, 10_001, i64::MAX] {
            assert!(!is_preset(amount), "{amount}");
        }
    }

    #[test]
    fn the_view_has_the_price_in_the_middle_of_21_rows_and_24_columns_ahead() {
        let view = grid().view(50_000, 6_000_500);
        assert_eq!((view.current, view.first_past, view.first_ahead, view.last), (10, -2, 11, 34));
        assert_eq!((view.first_placeable, view.first_row, view.low), (12, 5_990, 5_990_000));
        assert_eq!(grid().view(50_000, 500).low, 0, "never below nothing");
    }

    #[test]
    fn a_geometry_has_an_allowed_width_and_a_height() {
        assert!(WIDTHS_MS.iter().all(|width_ms| Geometry::new(0, *width_ms, 1).is_ok()));
        assert_eq!(Geometry::new(-1, 5_000, 1), Err(GeometryFault::EpochIsNegative));
        assert_eq!(Geometry::new(0, 3_000, 1), Err(GeometryFault::WidthIsNotAllowed));
        for height_cents in [i64::MIN, 0, PRICE_MAX + 1, i64::MAX] {
            assert_eq!(Geometry::new(0, 5_000, height_cents), Err(GeometryFault::HeightIsOutOfRange));
        }
    }

    #[test]
    fn the_ends_of_time_and_price_do_not_panic() {
        let thin = Geometry::new(1, 1_000, 1).expect("an allowed geometry");
        for t_ms in [i64::MIN, -1, 0, i64::MAX] {
            let _ = (thin.rows_of(t_ms), thin.view(t_ms, t_ms));
            let _ = (grid().view(t_ms, t_ms), grid().placeable(t_ms, t_ms), grid().ends_at_ms(t_ms, 3));
            let _ = (grid().rows_of(t_ms), grid().cell(t_ms, t_ms), may_commit(t_ms, t_ms));
        }
    }
}
