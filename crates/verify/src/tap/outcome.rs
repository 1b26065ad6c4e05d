//! Won, lost or void, and what was paid: integers alone.

use super::proof::{Bet, ColumnVerdict, Crossing, Outcome, Proof};
use crate::claim::{Finding, RuleResult, ensure};

pub(super) fn verify(proof: &Proof) -> RuleResult {
    let bet = &proof.bet;
    let outcome = decide(proof);
    ensure(proof.outcome == outcome, || {
        format!("by the evidence the bet is {}, not {}", outcome.name(), proof.outcome.name())
    })?;
    ensure(bet.status == outcome.name(), || {
        format!("the bet stands as {:?}, but it is {}", bet.status, outcome.name())
    })?;
    let payout = i128::from(bet.amount) * i128::from(bet.rate) / 100;
    ensure(i128::from(bet.payout) == payout, || {
        format!("{} at {} hundredths pays {payout} if it wins, not {}", bet.amount, bet.rate, bet.payout)
    })?;
    let paid = paid(bet, outcome);
    ensure(bet.payout_amount == paid, || format!("{paid} is due, {} was paid", bet.payout_amount))?;
    Ok(Finding::Proven(format!("{}: {} of {} cents paid back", outcome.name(), paid, bet.amount)))
}

/// A touch wins, also in a void column; without one a valid column is lost and a void one refunded.
fn decide(proof: &Proof) -> Outcome {
    match proof.evidence.verdict {
        _ if is_touched(proof) => Outcome::Won,
        ColumnVerdict::Valid => Outcome::Lost,
        ColumnVerdict::Void => Outcome::Void,
    }
}

/// Whether the price was in the band, edges included, or by `segment` on its way from one price to the next.
fn is_touched(proof: &Proof) -> bool {
    let (low, high) = (proof.bet.low, proof.bet.high);
    let prices = proof.evidence.prices.iter().map(|(price, _)| *price);
    let visited: Vec<i64> = proof.evidence.carry_in_price.into_iter().chain(prices).collect();
    let inside = visited.iter().any(|price| (low..=high).contains(price));
    let crossed = |pair: &[i64]| (pair[0] < low && pair[1] > high) || (pair[0] > high && pair[1] < low);
    inside || (proof.rules.crossing == Crossing::Segment && visited.windows(2).any(crossed))
}

fn paid(bet: &Bet, outcome: Outcome) -> i64 {
    match outcome {
        Outcome::Won => bet.payout,
        Outcome::Lost => 0,
        Outcome::Void => bet.amount,
    }
}
