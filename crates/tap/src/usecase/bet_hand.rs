//! What a batch of bets has in hand: columns and numbers that it may change, and what a request says of its cell.

use crate::domain::bet_place::PlaceRequest;
use crate::domain::cell::CellId;
use crate::domain::column_book::ColumnBook;
use crate::domain::evidence::Rules;
use crate::domain::ids::BetId;
use crate::domain::money::{cell_key, column_id};
use crate::domain::quote::crossing_of;
use crate::store::columns::{ColumnRow, ColumnState};

/// A column in hand.
pub(super) struct OpenColumn {
    /// Its row as it will be.
    pub(super) row: ColumnRow,
    /// What its reserve account holds; what it must hold after the batch is `row.reserved`.
    pub(super) reserved_before: i64,
    /// Whether its first bet came with this batch.
    pub(super) is_new: bool,
    /// Whether it must be written.
    pub(super) changed: bool,
}

/// A number beside a user's entries that a batch may change.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Changing {
    /// As it is now.
    pub(super) value: i64,
    /// Whether it must be written.
    pub(super) changed: bool,
}

impl OpenColumn {
    pub(super) fn known(row: ColumnRow) -> Self {
        Self { reserved_before: row.reserved, row, is_new: false, changed: false }
    }

    pub(super) fn fresh(id: i64, request: &PlaceRequest, first: BetId) -> Self {
        let cell = &request.cell;
        let row = ColumnRow {
            id,
            epoch: cell.epoch,
            col: cell.col,
            width_ms: cell.width_ms,
            t0_ms: cell.t0_ms,
            t1_ms: cell.t1_ms,
            height: cell.high - cell.low,
            rule_version: rules_of(request).version(),
            state: ColumnState::Open,
            bets: 0,
            stakes: 0,
            reserved: 0,
            book: ColumnBook::default(),
            due: None,
            first_bet: first.0,
            last_bet: first.0,
        };
        Self { row, reserved_before: 0, is_new: true, changed: true }
    }
}

impl Changing {
    pub(super) fn known(found: Option<i64>) -> Self {
        Self { value: found.unwrap_or(0), changed: false }
    }

    pub(super) fn add(&mut self, amount: i64) {
        self.value += amount;
        self.changed = true;
    }
}

/// The number of the request's column.
pub(super) fn column_of(request: &PlaceRequest) -> i64 {
    column_id(request.cell.t0_ms, request.cell.width_ms)
}

/// Under which a player's bet on the cell is found.
pub(super) fn key_of(request: &PlaceRequest) -> i64 {
    cell_key(request.cell.col, request.cell.width_ms, request.cell.low)
}

/// The cell.
pub(super) fn cell_of(request: &PlaceRequest) -> CellId {
    request.cell.id
}

/// The rules it was priced by.
pub(super) fn rules_of(request: &PlaceRequest) -> Rules {
    Rules {
        crossing: crossing_of(&request.quote),
        touch_grace_columns: u32::try_from(request.quote.touch_grace_columns).unwrap_or_default(),
    }
}
