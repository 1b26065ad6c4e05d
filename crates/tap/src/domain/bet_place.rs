//! Placing a bet: what is asked, why it may be refused, and the checks that need no database.

use super::bet::Signed;
use super::ids::BetId;
use super::limits::LimitRefusal;
use kernel::UserId;

/// Stakes a player can choose from, in cents.
pub const PRESETS: [i64; 6] = [100, 500, 1_000, 2_500, 5_000, 10_000];
/// A bet must be on disk this long before its column begins.
pub const GUARD_MS: i64 = 500;

/// The quote a bet was made at, as it is stored beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteFacts {
    /// Its number.
    pub seq: i64,
    /// When it was made, Unix milliseconds.
    pub at_ms: i64,
    /// The tick it was made from.
    pub tick_seq: i64,
    /// That tick's price in cents.
    pub price: i64,
    /// Volatility per square root of a second, billionths.
    pub sigma_ppb: i64,
    /// The crossing rule, `tick` or `segment`.
    pub crossing: &'static str,
    /// The calibrator's version.
    pub calibrator_version: i64,
    /// Columns by which the window of touch is longer.
    pub touch_grace_columns: i64,
}

/// A cell as it was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferedCell {
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

/// What a player asks for, believed: the cell was offered, the rate is ours, the signature is the session's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceRequest {
    /// Who.
    pub user: UserId,
    /// What.
    pub cell: OfferedCell,
    /// The stake in cents, one of [`PRESETS`].
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

/// Whether a bet decided at `now_ms` is on disk in time for a column that begins at `t0_ms`.
#[must_use]
pub const fn is_in_time(now_ms: i64, t0_ms: i64) -> bool {
    now_ms < t0_ms - GUARD_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guard_is_half_a_second_exactly() {
        assert!(is_in_time(9_499, 10_000));
        assert!(!is_in_time(9_500, 10_000));
    }
}
