//! Filling a column's holes from a venue's history, when the venue's trade numbers prove that nothing is missing. The
//! result goes into evidence alone: never into live pricing, and not into the chain, whose minute may be over.

use super::{Built, CARRY_MAX_MS, EvidenceBuilder, Window};
use crate::domain::tick::{STEP_MS, Tick, TickFlags};
use std::collections::BTreeMap;

/// A column is repaired so long after its end, or not at all. A server may be told to wait for less.
pub const REPAIR_WITHIN_MS: i64 = 60_000;

/// One trade from a venue's history, its price already in cents of the index (basis corrected).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoricTrade {
    /// The venue's number of it.
    pub trade_id: i64,
    /// When it happened, Unix ms of our clock (offset corrected).
    pub at_ms: i64,
    /// Cents, more than 0.
    pub price: i64,
}

/// A hole in one venue's live trades: the last one heard before it and the first after, and what history says of the time
/// between, in the order of numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hole {
    /// Heard live.
    pub before: HistoricTrade,
    /// Heard live.
    pub after: HistoricTrade,
    /// Fetched.
    pub between: Vec<HistoricTrade>,
}

/// Why a column stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RepairRefusal {
    /// More than 60 s after the column's end.
    #[error("the column ended too long ago to be repaired")]
    TooLate,
    /// A number is missing, or twice.
    #[error("the trade numbers do not prove that the history is complete")]
    HistoryHasHoles,
    /// Times go back, or a price is none.
    #[error("the history contradicts itself")]
    HistoryIsUnsound,
}

/// The column's evidence with the hole filled: points without a tick, and carried points without a quorum, get the
/// price of the history's last trade, as far as a price may be carried; other ticks keep their price, and are no longer
/// without a quorum, since the history is a second witness. The verdict follows from what is then there.
pub fn repair(window: Window, ticks: &[Tick], hole: &Hole, now_ms: i64) -> Result<Built, RepairRefusal> {
    if now_ms.saturating_sub(window.t1_ms()) > REPAIR_WITHIN_MS {
        return Err(RepairRefusal::TooLate);
    }
    let trades = hole.trades();
    is_complete(&trades)?;
    let mut points: BTreeMap<i64, Tick> = ticks.iter().map(|tick| (tick.ts_ms, *tick)).collect();
    let mut point = point_from(hole.before.at_ms.max(window.from_ms()));
    let mut known = 0;
    while point <= hole.after.at_ms.min(window.t1_ms()) {
        while trades.get(known + 1).is_some_and(|next| next.at_ms <= point) {
            known += 1;
        }
        if point.saturating_sub(trades[known].at_ms) <= CARRY_MAX_MS {
            let witnessed = witnessed(points.get(&point), point, trades[known].price);
            points.insert(point, witnessed);
        }
        point += STEP_MS;
    }
    Ok(EvidenceBuilder::from_ticks(window, &points.into_values().collect::<Vec<_>>()))
}

impl Hole {
    fn trades(&self) -> Vec<HistoricTrade> {
        [self.before].into_iter().chain(self.between.iter().copied()).chain([self.after]).collect()
    }
}

fn is_complete(trades: &[HistoricTrade]) -> Result<(), RepairRefusal> {
    if trades.windows(2).any(|pair| pair[0].trade_id.checked_add(1) != Some(pair[1].trade_id)) {
        return Err(RepairRefusal::HistoryHasHoles);
    }
    let goes_back = trades.windows(2).any(|pair| pair[1].at_ms < pair[0].at_ms);
    if goes_back || trades.iter().any(|trade| trade.price < 1) {
        return Err(RepairRefusal::HistoryIsUnsound);
    }
    Ok(())
}

/// The tick at a point of which the history knows `price`.
fn witnessed(live: Option<&Tick>, ts_ms: i64, price: i64) -> Tick {
    let silent = TickFlags::CARRIED.with(TickFlags::DEGRADED);
    match live {
        Some(tick) if !tick.flags.has(silent) => {
            Tick { flags: TickFlags(tick.flags.0 & !TickFlags::DEGRADED.0), ..*tick }
        }
        _ => Tick { seq: 0, ts_ms, price, n_sources: 1, flags: TickFlags::BACKFILLED },
    }
}

/// The first point of the lattice at or after a moment.
fn point_from(at_ms: i64) -> i64 {
    at_ms.saturating_add(STEP_MS - 1).div_euclid(STEP_MS) * STEP_MS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::evidence::{Crossing, PastEnd, Rules, Verdict};

    const WINDOW: Window = Window { epoch: 1, column: 20, width_ms: 5_000, rules: RULES };
    const RULES: Rules =
        Rules { crossing: Crossing::Tick, touch_grace_columns: 0, past_end: PastEnd::InFull };
    const T0: i64 = 100_000;

    fn trade(trade_id: i64, at: i64, price: i64) -> HistoricTrade {
        HistoricTrade { trade_id, at_ms: T0 + at, price }
    }

    /// Live ticks of price 600 with nothing between 500 ms and 4,500 ms.
    fn torn() -> Vec<Tick> {
        let points = (-30..5).chain(45..50);
        let tick = |step: i64| Tick {
            seq: step,
            ts_ms: T0 + step * 100,
            price: 600,
            n_sources: 3,
            flags: TickFlags(0),
        };
        points.map(tick).collect()
    }

    fn hole(between: &[HistoricTrade]) -> Hole {
        Hole { before: trade(7, 450, 600), after: trade(10, 4_550, 600), between: between.to_vec() }
    }

    #[test]
    fn a_proven_history_makes_a_torn_column_valid() {
        assert_eq!(EvidenceBuilder::from_ticks(WINDOW, &torn()).evidence.verdict, Verdict::Void);
        let hole = hole(&[trade(8, 1_900, 650), trade(9, 3_030, 610)]);
        let built = repair(WINDOW, &torn(), &hole, T0 + 60_000).unwrap();
        assert_eq!((built.void, built.evidence.max_gap_ms, built.evidence.n_ticks), (None, 100, 50));
        assert_eq!(built.evidence.prices, [(600, 19), (650, 12), (610, 14), (600, 5)]);
        assert_eq!((built.evidence.first_seq, built.evidence.last_seq), (Some(0), Some(49)));
    }

    #[test]
    fn a_missing_number_proves_nothing() {
        for between in [vec![], vec![trade(8, 1_900, 650)], vec![trade(8, 1, 650), trade(8, 2, 650)]] {
            let refused = repair(WINDOW, &torn(), &hole(&between), T0 + 6_000);
            assert_eq!(refused, Err(RepairRefusal::HistoryHasHoles));
        }
        let back = hole(&[trade(8, 3_900, 650), trade(9, 1_000, 650)]);
        assert_eq!(repair(WINDOW, &torn(), &back, T0 + 6_000), Err(RepairRefusal::HistoryIsUnsound));
    }

    #[test]
    fn after_sixty_seconds_it_is_too_late() {
        let hole = hole(&[trade(8, 1_900, 650), trade(9, 3_030, 610)]);
        assert!(repair(WINDOW, &torn(), &hole, T0 + 65_000).is_ok());
        assert_eq!(repair(WINDOW, &torn(), &hole, T0 + 65_001), Err(RepairRefusal::TooLate));
    }

    #[test]
    fn history_is_carried_no_longer_than_a_live_price() {
        let quiet = Hole { before: trade(7, -3_000, 600), after: trade(8, 4_550, 600), between: vec![] };
        let ticks: Vec<Tick> = torn().into_iter().filter(|tick| tick.ts_ms > T0 + 4_000).collect();
        assert_eq!(repair(WINDOW, &ticks, &quiet, T0 + 6_000).unwrap().evidence.verdict, Verdict::Void);
    }

    #[test]
    fn history_is_a_second_witness_and_replaces_only_silence() {
        let degrade = |tick: Tick| match tick.ts_ms - T0 {
            1_000..=2_900 => Tick { price: 640, flags: TickFlags::DEGRADED, ..tick },
            3_000..=4_400 => Tick { flags: TickFlags::DEGRADED.with(TickFlags::CARRIED), ..tick },
            _ => tick,
        };
        let all = (-30..50).map(|step| Tick { seq: step, ts_ms: T0 + step * 100, ..torn()[0] });
        let ticks: Vec<Tick> = all.map(degrade).collect();
        assert_eq!(EvidenceBuilder::from_ticks(WINDOW, &ticks).evidence.verdict, Verdict::Void);
        let hole = hole(&[trade(8, 1_000, 650), trade(9, 3_000, 610)]);
        let evidence = repair(WINDOW, &ticks, &hole, T0 + 6_000).unwrap().evidence;
        assert_eq!(evidence.prices, [(600, 10), (640, 20), (610, 15), (600, 5)]);
        assert_eq!(evidence.verdict, Verdict::Valid);
    }

    #[test]
    fn wild_times_are_no_trouble() {
        let wild = Hole {
            before: HistoricTrade { trade_id: 7, at_ms: i64::MIN, price: 1 },
            after: HistoricTrade { trade_id: 8, at_ms: i64::MAX, price: 1 },
            between: vec![],
        };
        assert!(repair(WINDOW, &torn(), &wild, T0).is_ok());
    }
}
