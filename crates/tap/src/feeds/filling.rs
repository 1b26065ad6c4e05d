//! What is known of some holes while they are being filled. Pure.

use super::adapter::{Hole, PastTrade};
use super::backfilled::{Backfilled, Source};
use crate::domain::venue_update::Venue;
use std::collections::BTreeMap;

/// Holes that are filled together, and what was found.
#[derive(Debug)]
pub(super) struct Filling {
    /// By growing id; they do not overlap.
    holes: Vec<Hole>,
    found: BTreeMap<i64, PastTrade>,
}

impl Filling {
    /// Puts holes into groups whose ids lie within `span_max`, so that neighbours share their pages. A hole that is wider
    /// stands alone.
    pub(super) fn groups(mut holes: Vec<Hole>, span_max: i64) -> Vec<Self> {
        holes.sort_by_key(|hole| hole.first_id);
        let mut groups: Vec<Self> = Vec::new();
        for hole in holes {
            match groups.last_mut() {
                Some(group) if group.with(hole).len() <= span_max => group.holes.push(hole),
                _ => groups.push(Self { holes: vec![hole], found: BTreeMap::new() }),
            }
        }
        groups
    }

    /// From the group's first id to the last of `hole`.
    fn with(&self, hole: Hole) -> Hole {
        Hole { last_id: hole.last_id, ..self.holes.first().copied().unwrap_or(hole) }
    }

    /// From the group's first id to its last.
    pub(super) fn span(&self) -> i64 {
        self.holes.last().map_or(0, |last| self.with(*last).len())
    }

    /// Takes what lies in a hole. Returns whether that was news.
    pub(super) fn take(&mut self, trades: &[PastTrade]) -> bool {
        let known = self.found.len();
        for trade in trades {
            if self.holes.iter().any(|hole| hole.contains(trade.trade_id)) {
                self.found.insert(trade.trade_id, *trade);
            }
        }
        self.found.len() > known
    }

    /// From the first id that is missing to the last; `None` when none is.
    pub(super) fn rest(&self) -> Option<Hole> {
        let first = self.holes.iter().find_map(|hole| self.missing_from_front(hole))?;
        let last_id = self.holes.iter().rev().find_map(|hole| self.missing_from_behind(hole))?;
        Some(Hole { last_id, ..first })
    }

    fn missing_from_front(&self, hole: &Hole) -> Option<Hole> {
        let first_id = (hole.first_id..=hole.last_id).find(|id| !self.found.contains_key(id))?;
        let before = self.found.get(&first_id.saturating_sub(1)).map(|trade| trade.event_ms);
        Some(Hole { first_id, after_ms: before.or(hole.after_ms), ..*hole })
    }

    fn missing_from_behind(&self, hole: &Hole) -> Option<i64> {
        (hole.first_id..=hole.last_id).rev().find(|id| !self.found.contains_key(id))
    }

    /// What came of it, a report for each hole.
    pub(super) fn reports(&self, venue: Venue) -> Vec<Backfilled> {
        let report = |hole: &Hole| {
            let found = self.found.range(hole.first_id..=hole.last_id);
            let trades: Vec<PastTrade> = found.map(|(_, trade)| *trade).collect();
            let is_complete = i64::try_from(trades.len()).is_ok_and(|count| count == hole.len());
            Backfilled { venue, hole: *hole, trades, is_complete, source: Source::History }
        };
        self.holes.iter().map(report).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trades(ids: &[i64]) -> Vec<PastTrade> {
        ids.iter().map(|id| PastTrade { trade_id: *id, price: 1, event_ms: 1_000 + id }).collect()
    }

    const fn hole(first_id: i64, last_id: i64) -> Hole {
        Hole { first_id, last_id, after_ms: Some(999 + first_id) }
    }

    fn filling(holes: &[Hole]) -> Filling {
        let mut groups = Filling::groups(holes.to_vec(), 1_000);
        assert_eq!(groups.len(), 1);
        groups.remove(0)
    }

    #[test]
    fn only_trades_of_a_hole_are_taken_and_each_once() {
        let mut filling = filling(&[hole(10, 15)]);
        assert!(filling.take(&trades(&[9, 10, 11, 11, 16])));
        assert!(!filling.take(&trades(&[10, 9, 20])));
        assert_eq!(filling.rest(), Some(Hole { after_ms: Some(1_011), ..hole(12, 15) }));
    }

    #[test]
    fn a_hole_filled_from_behind_is_asked_for_from_the_front() {
        let mut filling = filling(&[hole(10, 15)]);
        filling.take(&trades(&[15, 14, 12]));
        assert_eq!(filling.rest(), Some(hole(10, 13)));
    }

    #[test]
    fn complete_means_every_id() {
        let mut filling = filling(&[hole(10, 15)]);
        filling.take(&trades(&[10, 11, 12, 13, 15]));
        assert!(!filling.reports(Venue(0))[0].is_complete);
        filling.take(&trades(&[14]));
        let reports = filling.reports(Venue(0));
        assert!(reports[0].is_complete && filling.rest().is_none());
        assert_eq!(reports[0].trades, trades(&[10, 11, 12, 13, 14, 15]));
    }

    #[test]
    fn neighbours_share_their_pages_and_have_reports_of_their_own() {
        let mut filling = filling(&[hole(30, 31), hole(10, 12), hole(20, 20)]);
        assert_eq!((filling.span(), filling.rest()), (22, Some(Hole { last_id: 31, ..hole(10, 12) })));
        filling.take(&trades(&[10, 11, 12, 13, 14, 31]));
        assert_eq!(filling.rest(), Some(Hole { last_id: 30, ..hole(20, 20) }));
        let reports = filling.reports(Venue(0));
        let complete: Vec<bool> = reports.iter().map(|report| report.is_complete).collect();
        assert_eq!(complete, [true, false, false]);
        assert_eq!(reports[2].trades, trades(&[31]));
    }

    #[test]
    fn holes_that_lie_far_apart_are_asked_for_apart() {
        let holes = vec![hole(2_000, 2_500), hole(1, 5), hole(990, 1_000), hole(1_001, 1_001)];
        let spans: Vec<i64> = Filling::groups(holes, 1_000).iter().map(Filling::span).collect();
        assert_eq!(spans, [1_000, 1, 501]);
        let absurd = Filling::groups(vec![hole(1, i64::MAX - 1)], 1_000);
        assert_eq!(absurd[0].span(), i64::MAX - 1);
        assert_eq!(absurd[0].rest(), Some(hole(1, i64::MAX - 1)));
    }
}
