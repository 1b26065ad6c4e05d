//! A bet as clients read it.

use crate::domain::bet::{Bet, BetStatus};
use crate::domain::cell::CellId;
use crate::usecase::bet_view::Shown;
use kernel::PublicIds;
use serde::Serialize;
use utoipa::ToSchema;

/// A bet that was just made, as it is first told and repeated: always as it was when it was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlacedData {
    bet_id: String,
    cell_id: String,
    amount: i64,
    /// The rate it is booked at, hundredths.
    rate: u32,
    /// The rate that was seen and signed.
    rate_seen: u32,
    /// The least that was acceptable; null where the text named none.
    min_rate: Option<u32>,
    payout: i64,
    status: &'static str,
    placed_at: String,
    new_balance: i64,
}

/// A bet in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct BetData {
    bet_id: String,
    cell_id: Option<String>,
    column: Option<i64>,
    low: i64,
    high: i64,
    t0_ms: Option<i64>,
    t1_ms: Option<i64>,
    amount: i64,
    /// The rate it is booked at, hundredths.
    rate: u32,
    /// The rate that was seen and signed.
    rate_seen: u32,
    /// The least that was acceptable; null where the text named none.
    min_rate: Option<u32>,
    payout: i64,
    status: &'static str,
    payout_amount: Option<i64>,
    placed_at: String,
    resolved_at: Option<String>,
}

/// The first telling.
#[must_use]
pub fn placed(public: &PublicIds, bet: &Bet, cell: &CellId) -> PlacedData {
    PlacedData {
        bet_id: public.encode(bet.id),
        cell_id: cell.to_string(),
        amount: bet.amount,
        rate: bet.rate,
        rate_seen: bet.signed.rate_seen,
        min_rate: bet.signed.min_rate,
        payout: bet.payout,
        status: BetStatus::Confirmed.as_str(),
        placed_at: bet.placed_at.rfc3339(),
        new_balance: bet.balance_after,
    }
}

/// The bet as it is now.
#[must_use]
pub fn shown(public: &PublicIds, shown: &Shown) -> BetData {
    let (bet, column) = (&shown.bet, shown.column.as_ref());
    BetData {
        bet_id: public.encode(bet.id),
        cell_id: shown.cell().map(|cell| cell.to_string()),
        column: column.map(|column| column.col),
        low: bet.low,
        high: bet.high,
        t0_ms: column.map(|column| column.t0_ms),
        t1_ms: column.map(|column| column.t1_ms),
        amount: bet.amount,
        rate: bet.rate,
        rate_seen: bet.signed.rate_seen,
        min_rate: bet.signed.min_rate,
        payout: bet.payout,
        status: bet.status.as_str(),
        payout_amount: bet.payout_amount,
        placed_at: bet.placed_at.rfc3339(),
        resolved_at: bet.resolved_at.map(kernel::Timestamp::rfc3339),
    }
}
