//! What the simulation remembers of a bet, and what became of it.

use tap::domain::bet::BetStatus;
use tap::domain::bet_place::QuoteFacts;
use tap::domain::ids::BetId;
use tap::domain::pricing::{PPB, RateInputs, touch_probability};
use tap::domain::quote::{Snapshot, crossing_of};
use tap::usecase::bet_batch::Placed;

/// A bet that was taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Note {
    pub id: BetId,
    /// The minute of its column: what happens in one is not independent.
    pub minute: i64,
    pub amount: i64,
    pub rate: u32,
    pub edge_bp: i64,
    /// The probability it was priced with.
    pub p_ppb: i64,
    /// The same without model risk and calibrator.
    pub model_ppb: i64,
    /// Its cell, in one number.
    pub cell: u64,
}

/// A bet with its outcome.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decided {
    pub note: Note,
    pub status: BetStatus,
    /// What was paid, cents.
    pub paid: i64,
}

impl Note {
    pub fn of(placed: &Placed, quote: &Snapshot) -> Self {
        let (bet, facts) = (&placed.bet, &quote.facts);
        let inputs = quote.parts.iter().find_map(|part| {
            let column = part.columns.get(usize::try_from(placed.cell.column() - part.first_column).ok()?)?;
            Some(RateInputs {
                low: bet.low,
                high: bet.high,
                from_ms: column.from_ms,
                until_ms: column.until_ms,
                ..inputs_of(facts)
            })
        });
        let starts_ms = inputs.map_or(facts.at_ms, |inputs| facts.at_ms + inputs.from_ms);
        Self {
            id: bet.id,
            minute: starts_ms.div_euclid(60_000),
            amount: bet.amount,
            rate: bet.rate,
            edge_bp: bet.edge_bp,
            p_ppb: bet.p_ppb,
            model_ppb: inputs.map_or(bet.p_ppb, |inputs| model_ppb(&inputs)),
            cell: tap::domain::hash63(&[placed.cell.to_string().as_bytes()]).unsigned_abs(),
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
