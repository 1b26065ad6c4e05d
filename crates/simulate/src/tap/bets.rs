//! What the simulation remembers of a bet that was taken, and what became of it.

use tap::domain::bet::BetStatus;
use tap::domain::ids::BetId;
use tap::domain::pricing::{PPB, RateInputs, touch_probability};
use tap::domain::quote::{Part, Snapshot, crossing_of};
use tap::domain::quote_facts::QuoteFacts;
use tap::usecase::bet_batch::Placed;

/// A bet that was taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct PlacedBet {
    pub id: BetId,
    /// The minute of its column: what happens in one is not independent.
    pub minute: i64,
    pub amount: i64,
    pub rate: u32,
    /// Whether it was booked at the present rate, below what was seen.
    pub is_fresh: bool,
    pub edge_bp: i64,
    /// The probability it was priced with.
    pub p_ppb: i64,
    /// The same without model risk and calibrator.
    pub at_quote_ppb: i64,
    /// The same at the moment of the tap: prices have moved, and what moved for the player was refused.
    pub at_tap_ppb: i64,
    /// Its cell, in one number.
    pub cell: u64,
}

/// A bet with its outcome.
#[derive(Debug, Clone, Copy)]
pub(super) struct DecidedBet {
    pub placed: PlacedBet,
    pub status: BetStatus,
    /// What was paid, cents.
    pub paid: i64,
}

impl PlacedBet {
    /// A bet at `quote`; `now` is what a quote would say at the moment of the tap.
    pub fn of(placed: &Placed, quote: &Snapshot, now: Option<&QuoteFacts>) -> Self {
        let bet = &placed.bet;
        let find = |part: &Part| {
            part.columns.get(usize::try_from(placed.cell.column() - part.first_column).ok()?).copied()
        };
        let column = quote.parts.iter().find_map(find);
        let starts_ms = quote.facts.at_ms + column.map_or(0, |column| column.from_ms);
        let model = |facts: &QuoteFacts| {
            let column = column?;
            let later_ms = facts.at_ms - quote.facts.at_ms;
            Some(model_ppb(&RateInputs {
                low: bet.low,
                high: bet.high,
                from_ms: column.from_ms - later_ms,
                until_ms: column.until_ms - later_ms,
                ..inputs_of(facts)
            }))
        };
        let at_quote_ppb = model(&quote.facts).unwrap_or(bet.p_ppb);
        Self {
            id: bet.id,
            minute: starts_ms.div_euclid(60_000),
            amount: bet.amount,
            rate: bet.rate,
            is_fresh: bet.quote_seq != bet.signed.quote_seen,
            edge_bp: bet.edge_bp,
            p_ppb: bet.p_ppb,
            at_quote_ppb,
            at_tap_ppb: now.and_then(model).unwrap_or(at_quote_ppb),
            cell: store::keyed::hash63(&[placed.cell.to_string().as_bytes()]).unsigned_abs(),
        }
    }
}

/// The inputs that all cells of a quote share.
pub(super) fn inputs_of(facts: &QuoteFacts) -> RateInputs {
    RateInputs {
        price: facts.price,
        low: 0,
        high: 0,
        from_ms: 0,
        until_ms: 0,
        sigma_ppb: facts.sigma_ppb,
        edge_bp: 0,
        crossing: crossing_of(facts),
    }
}

/// The plain probability of a touch, in ppb: no protection.
pub(super) fn model_ppb(inputs: &RateInputs) -> i64 {
    (touch_probability(inputs, 1.0) * PPB as f64).round() as i64
}
