//! Placing a bet: what is asked, why it may be refused, and the checks that need no database.

use super::bet::Signed;
use super::cell::CellId;
use super::evidence::Rules;
use super::grid::Geometry;
use super::ids::BetId;
use super::limits::LimitRefusal;
use super::money::{cell_key, column_id};
use super::quote::crossing_of;
use super::quote_facts::QuoteFacts;
use kernel::UserId;

/// A cell as it was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferedCell {
    /// Its id.
    pub id: CellId,
    /// The epoch.
    pub epoch: i64,
    /// The column index.
    pub col: i64,
    /// Column width, ms.
    pub width_ms: i64,
    /// Start of the column, Unix ms.
    pub t0_ms: i64,
    /// End of the column (touch grace not counted), Unix ms.
    pub t1_ms: i64,
    /// Lower bound, cents.
    pub low: i64,
    /// Upper bound, cents.
    pub high: i64,
}

impl OfferedCell {
    /// `cell` on its grid.
    #[must_use]
    pub fn on(geometry: &Geometry, cell: CellId) -> Self {
        Self {
            id: cell,
            epoch: cell.epoch(),
            col: cell.column(),
            width_ms: geometry.width_ms(),
            t0_ms: geometry.starts_at_ms(cell.column()),
            t1_ms: geometry.ends_at_ms(cell.column(), 0),
            low: cell.low(),
            high: cell.high(),
        }
    }
}

/// What a player asks for, believed: the cell was offered, the rate is ours, the signature is the session's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceRequest {
    /// Who.
    pub user: UserId,
    /// What.
    pub cell: OfferedCell,
    /// The stake in cents, one of the presets.
    pub amount: i64,
    /// Hundredths, from the quote.
    pub rate: u32,
    /// The quote.
    pub quote: std::sync::Arc<QuoteFacts>,
    /// The edge in it, basis points.
    pub edge_bp: i64,
    /// The probability in it, billionths.
    pub p_ppb: i64,
    /// Neighbouring rows the price can pass through.
    pub reach: i64,
    /// What was signed.
    pub signed: Signed,
    /// Hash of the nonce.
    pub nonce_hash: i64,
    /// Hash of the whole text.
    pub request_hash: i64,
}

impl PlaceRequest {
    /// The number of its column.
    #[must_use]
    pub const fn column(&self) -> i64 {
        column_id(self.cell.t0_ms, self.cell.width_ms)
    }

    /// Under which the player's bet on its cell is found.
    #[must_use]
    pub const fn cell_key(&self) -> i64 {
        cell_key(self.cell.col, self.cell.width_ms, self.cell.low)
    }

    /// The rules it was priced by.
    #[must_use]
    pub fn rules(&self) -> Rules {
        Rules {
            crossing: crossing_of(&self.quote),
            touch_grace_columns: u32::try_from(self.quote.touch_grace_columns).unwrap_or_default(),
            ..Rules::default()
        }
    }
}

/// Why no bet was made. Nothing was taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceRefusal {
    /// The cell id cannot be read, or its band is not a row of its epoch.
    #[error("the cell is not a cell of the grid")]
    CellIsNotOnTheGrid,
    /// Not one of the presets.
    #[error("the amount is not one of the presets")]
    AmountIsNotAPreset,
    /// The column is past, current or next; or it would begin before the bet is on disk.
    #[error("the column can no longer be tapped")]
    TooLate,
    /// Too far ahead, or its rate is outside what is offered.
    #[error("the cell is not offered")]
    CellIsNotOffered,
    /// The quote is unknown or too old.
    #[error("the quote is too old")]
    QuoteExpired {
        /// The rate now, if the cell is offered.
        fresh_rate: Option<u32>,
    },
    /// The rate in the request is not the quote's.
    #[error("the rate was never offered in this quote")]
    RateWasNeverOffered {
        /// The rate now, if the cell is offered.
        fresh_rate: Option<u32>,
    },
    /// The price has moved too far since the quote.
    #[error("the price has moved since the quote")]
    QuoteMoved {
        /// The rate now, if the cell is offered.
        fresh_rate: Option<u32>,
    },
    /// The prices are stale: no bets at all.
    #[error("the price feed is stale")]
    PriceFeedStale {
        /// Seconds after which it may be better.
        retry_after_s: u64,
    },
    /// The price moves too wildly to be quoted.
    #[error("betting is halted while the price moves too wildly")]
    VolatilityHalt,
    /// Not enough history yet to quote.
    #[error("there is not enough price history yet")]
    WarmingUp,
    /// The nonce was used for another bet.
    #[error("the nonce was used for another bet")]
    NonceWasUsed,
    /// The player has a live bet on this cell.
    #[error("the player has a bet on this cell already")]
    CellIsTaken {
        /// That bet.
        bet: BetId,
    },
    /// A limit of the house.
    #[error("{limit}")]
    LimitReached {
        /// Which.
        limit: LimitRefusal,
        /// The largest stake that would be taken now.
        allowed: Option<i64>,
    },
    /// The balance is smaller than the stake; recorded, nothing taken.
    #[error("the balance is smaller than the stake")]
    InsufficientFunds {
        /// The record.
        bet: BetId,
        /// The balance in cents.
        balance: i64,
    },
}
