//! A column with bets: where it stands, what its bets are, and what a batch of bets has in hand of it.

use super::bet_place::PlaceRequest;
use super::column_book::ColumnBook;
use super::ids::BetId;

/// Where a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnState {
    /// Bets may come, or are waiting for its end.
    Open,
    /// Decided; its bets are being paid.
    Paying,
    /// Every bet has its outcome.
    Settled,
}

impl ColumnState {
    /// As written in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paying => "paying",
            Self::Settled => "settled",
        }
    }

    /// Reads a state; `None` for a word that is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Paying, Self::Settled].into_iter().find(|state| state.as_str() == text)
    }
}

/// A column's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnRow {
    /// Its number (`money::column_id`).
    pub id: i64,
    /// The epoch it was offered in.
    pub epoch: i64,
    /// Its index.
    pub col: i64,
    /// Its width, ms.
    pub width_ms: i64,
    /// Its start, Unix ms.
    pub t0_ms: i64,
    /// Its end, Unix ms.
    pub t1_ms: i64,
    /// Row height, cents.
    pub height: i64,
    /// The rules it was priced by and is decided by.
    pub rule_version: u32,
    /// Where it stands.
    pub state: ColumnState,
    /// How many bets.
    pub bets: i64,
    /// Their stakes, cents.
    pub stakes: i64,
    /// What the house reserved, cents.
    pub reserved: i64,
    /// What its rows owe.
    pub book: ColumnBook,
    /// What was due when it was decided, cents.
    pub due: Option<i64>,
    /// The number of its first bet. Another node's may be smaller.
    pub first_bet: i64,
    /// The number of its last bet so far. Another node's may be larger.
    pub last_bet: i64,
}

/// A column in hand.
#[derive(Debug)]
pub struct OpenColumn {
    /// Its row as it will be.
    pub row: ColumnRow,
    /// What its reserve account holds; what it must hold after the batch is `row.reserved`.
    pub(super) reserved_before: i64,
    /// Whether its first bet came with this batch.
    pub(super) is_new: bool,
    /// Whether it must be written.
    pub(super) changed: bool,
}

impl OpenColumn {
    /// A column that has bets already.
    #[must_use]
    pub fn known(row: ColumnRow) -> Self {
        Self { reserved_before: row.reserved, row, is_new: false, changed: false }
    }

    /// The column of `request`, whose bet `first` is its first.
    pub(super) fn fresh(request: &PlaceRequest, first: BetId) -> Self {
        let cell = &request.cell;
        let row = ColumnRow {
            id: request.column(),
            epoch: cell.epoch,
            col: cell.col,
            width_ms: cell.width_ms,
            t0_ms: cell.t0_ms,
            t1_ms: cell.t1_ms,
            height: cell.high - cell.low,
            rule_version: request.rules().version(),
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

    /// Enters a bet, after which `reserved` cents must be reserved for the column.
    pub(super) fn add(&mut self, request: &PlaceRequest, id: BetId, payout: i64, reserved: i64) {
        self.row.book.add(request.cell.low, request.amount, payout);
        self.row.bets += 1;
        self.row.last_bet = id.0;
        self.row.stakes += request.amount;
        self.row.reserved = reserved;
        self.changed = true;
    }

    /// Whether the request's cell is of this column's grid and rules: a column is decided by those of its first bet.
    pub(super) fn offers(&self, request: &PlaceRequest) -> bool {
        self.row.rule_version == request.rules().version()
            && self.row.epoch == request.cell.epoch
            && self.row.height == request.cell.high - request.cell.low
    }
}
