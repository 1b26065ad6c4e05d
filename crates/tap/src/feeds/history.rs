//! What a venue's history can prove about a gap: its trades as the evidence of columns wants them.

use super::backfilled::Backfilled;
use crate::domain::evidence::{HistoricTrade, Hole};
use crate::domain::venue_update::Quote;

/// `PriceE8` units in one cent.
const E8_PER_CENT: i64 = 1_000_000;

/// The filled hole; `None` when it does not prove anything: not complete, too short, or not in dollars (the basis of a
/// moment that is over is not known well enough to decide money by).
#[must_use]
pub fn hole_of(found: &Backfilled, quotes: &[Quote]) -> Option<Hole> {
    let quote = quotes.get(usize::from(found.venue.0))?;
    if !found.is_complete || *quote != Quote::Usd {
        return None;
    }
    let trade = |past: &super::adapter::PastTrade| HistoricTrade {
        trade_id: past.trade_id,
        at_ms: past.event_ms,
        price: past.price / E8_PER_CENT,
    };
    let all: Vec<_> = found.trades.iter().map(trade).collect();
    let [before, between @ .., after] = all.as_slice() else { return None };
    Some(Hole { before: *before, after: *after, between: between.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::super::adapter::{Hole as Missing, PastTrade};
    use super::super::backfilled::Source;
    use super::*;
    use crate::domain::venue_update::Venue;

    fn found(is_complete: bool, count: i64) -> Backfilled {
        let trade =
            |id| PastTrade { trade_id: id, price: 6_000_000_000_000 + id * 1_500_000, event_ms: id * 100 };
        Backfilled {
            venue: Venue(0),
            hole: Missing { first_id: 1, last_id: count, after_ms: None },
            trades: (1..=count).map(trade).collect(),
            is_complete,
            source: Source::History,
        }
    }

    #[test]
    fn a_complete_history_in_dollars_fills_a_hole() {
        let hole = hole_of(&found(true, 4), &[Quote::Usd]).expect("a proof");
        assert_eq!((hole.before.trade_id, hole.between.len(), hole.after.trade_id), (1, 2, 4));
        assert_eq!(hole.before.price, 6_000_001);
    }

    #[test]
    fn a_partial_history_and_one_in_tether_prove_nothing() {
        assert_eq!(hole_of(&found(false, 4), &[Quote::Usd]), None);
        assert_eq!(hole_of(&found(true, 4), &[Quote::Usdt]), None);
        assert_eq!(hole_of(&found(true, 1), &[Quote::Usd]), None);
        assert_eq!(hole_of(&found(true, 4), &[]), None);
    }
}
