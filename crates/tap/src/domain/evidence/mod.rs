//! What a column was: the evidence from which its bets are decided, kept for ever. Its rows depend on the visited prices
//! alone, so the run-length list of them is enough when the ticks are gone.
//!
//! `rules` is how ticks are read, `builder` makes evidence from ticks, `repair` fills holes from a venue's history.

mod builder;
mod repair;
mod rules;

pub use crate::domain::pricing::Crossing;
pub use builder::{Built, EvidenceBuilder, Window};
pub use repair::{HistoricTrade, Hole, REPAIR_WITHIN_MS, RepairRefusal, repair};
pub use rules::{CARRY_MAX_MS, GAP_MAX_MS, GRACE_COLUMNS_MAX, PastEnd, Rules};

use super::chain::{self, Block};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Whether the bets of a column can be decided in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// They can.
    Valid,
    /// Touches that are proven count; every other bet is refunded.
    Void,
}

/// Why a column is void; published with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VoidReason {
    /// More than 3 s without a tick.
    GapIsTooLong,
    /// More than 3 s without a quorum of sources.
    TooFewSources,
}

impl VoidReason {
    /// As published.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GapIsTooLong => "gap_is_too_long",
            Self::TooFewSources => "too_few_sources",
        }
    }
}

/// The evidence row, exactly as it is written in tables, answers and proofs. Times are Unix ms, prices cents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The grid epoch.
    pub epoch: i64,
    /// The column.
    pub c: i64,
    /// The first moment of the touch window.
    pub t0_ms: i64,
    /// The first moment after it, touch grace included.
    pub t1_ms: i64,
    /// The first live tick in the window; `None` without any.
    pub first_seq: Option<i64>,
    /// The last live tick in the window.
    pub last_seq: Option<i64>,
    /// Ticks in the window, those of a repair included.
    pub n_ticks: i64,
    /// The lowest price of the window's ticks, the carry-in not included; `None` without ticks.
    pub min: Option<i64>,
    /// The highest.
    pub max: Option<i64>,
    /// The price of the last tick before the window, if that is at most 3 s old.
    pub carry_in_price: Option<i64>,
    /// The longest time without a tick: from the carry-in (or from 3 s before the window, where there is none) over the
    /// ticks to the end, or to the first tick behind it where the column's last point has none ([`PastEnd::InFull`]).
    pub max_gap_ms: i64,
    /// See [`Verdict`].
    pub verdict: Verdict,
    /// Which rules it was read by, see [`Rules::version`].
    pub rule_version: u32,
    /// Prices in order of visit and how many ticks each lasted, the carry-in not included.
    pub prices: Vec<(i64, i64)>,
    /// The minutes whose blocks hold the ticks from 3 s before the window to its end.
    pub block_minutes: Vec<i64>,
    /// The hashes of those blocks, in hex. Empty until [`Evidence::seal`].
    pub block_hashes: Vec<String>,
}

impl Evidence {
    /// Every minute that a block of this column's ticks can lie in.
    #[must_use]
    pub fn minutes(&self) -> RangeInclusive<i64> {
        let from = self.t0_ms.saturating_sub(CARRY_MAX_MS);
        chain::minute_of(from)..=chain::minute_of(self.t1_ms.saturating_sub(1))
    }

    /// Notes the blocks, once their minutes are over; those that do not concern this column are left out.
    pub fn seal(&mut self, blocks: &[Block]) {
        let minutes = self.minutes();
        let ours = || blocks.iter().filter(|block| minutes.contains(&block.minute));
        self.block_minutes = ours().map(|block| block.minute).collect();
        self.block_hashes = ours().map(|block| chain::hex(&block.hash)).collect();
    }

    /// Whether the price was in `low..=high`, both included, by the crossing rule.
    #[must_use]
    pub fn visits(&self, low: i64, high: i64, crossing: Crossing) -> bool {
        self.spans(crossing).any(|(from, to)| from <= high && to >= low)
    }

    /// The rows of `height` cents that were touched, as ranges of row numbers in order; row r is the band from
    /// r * height to (r + 1) * height, both included, so a price on a line is in two. No rows for a height below 1.
    #[must_use]
    pub fn touched_rows(&self, height: i64, crossing: Crossing) -> Vec<RangeInclusive<i64>> {
        if height < 1 {
            return Vec::new();
        }
        let rows = |(from, to): (i64, i64)| ((from - 1).div_euclid(height), to.div_euclid(height));
        let mut rows: Vec<(i64, i64)> = self.spans(crossing).map(rows).collect();
        rows.sort_unstable();
        let mut merged: Vec<RangeInclusive<i64>> = Vec::new();
        for (from, to) in rows {
            match merged.last_mut() {
                Some(last) if from <= last.end() + 1 => *last = *last.start()..=*last.end().max(&to),
                _ => merged.push(from..=to),
            }
        }
        merged
    }

    /// The prices as spans: each one alone, or for `segment` each pair of neighbours with everything between.
    fn spans(&self, crossing: Crossing) -> impl Iterator<Item = (i64, i64)> {
        let mut before = None;
        let visited = self.carry_in_price.into_iter().chain(self.prices.iter().map(|(price, _)| *price));
        visited.map(move |price| {
            let from = before.replace(price).filter(|_| crossing == Crossing::Segment).unwrap_or(price);
            (price.min(from), price.max(from))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(carry_in_price: Option<i64>, prices: &[i64]) -> Evidence {
        Evidence {
            epoch: 1,
            c: 12,
            t0_ms: 60_000,
            t1_ms: 65_000,
            first_seq: Some(1),
            last_seq: Some(50),
            n_ticks: 50,
            min: prices.iter().min().copied(),
            max: prices.iter().max().copied(),
            carry_in_price,
            max_gap_ms: 100,
            verdict: Verdict::Valid,
            rule_version: 1,
            prices: prices.iter().map(|price| (*price, 1)).collect(),
            block_minutes: Vec::new(),
            block_hashes: Vec::new(),
        }
    }

    #[test]
    fn evidence_is_written_as_agreed_and_read_back() {
        let mut evidence = evidence(None, &[600, 601]);
        let block = |minute| Block { minute, prev_hash: [0; 32], hash: [7; 32], first_seq: 1, last_seq: 2 };
        evidence.seal(&[block(-1), block(0), block(1), block(2)]);
        let text = serde_json::to_string(&evidence).unwrap();
        let hash = "07".repeat(32);
        assert_eq!(
            text,
            format!(
                r#"{{"epoch":1,"c":12,"t0_ms":60000,"t1_ms":65000,"first_seq":1,"last_seq":50,"n_ticks":50,"min":600,"max":601,"carry_in_price":null,"max_gap_ms":100,"verdict":"valid","rule_version":1,"prices":[[600,1],[601,1]],"block_minutes":[0,1],"block_hashes":["{hash}","{hash}"]}}"#
            )
        );
        assert_eq!(serde_json::from_str::<Evidence>(&text).unwrap(), evidence);
    }

    #[test]
    fn a_price_on_a_line_touches_both_rows() {
        let evidence = evidence(Some(305), &[200, 201, 99]);
        assert_eq!(evidence.touched_rows(100, Crossing::Tick), [0..=3]);
        assert!(evidence.visits(100, 200, Crossing::Tick) && evidence.visits(200, 300, Crossing::Tick));
        assert!(evidence.visits(300, 400, Crossing::Tick), "the carry-in counts");
        assert!(!evidence.visits(100, 199, Crossing::Tick) && !evidence.visits(202, 304, Crossing::Tick));
        assert!(evidence.touched_rows(0, Crossing::Tick).is_empty());
    }

    #[test]
    fn a_jump_over_a_row_touches_it_by_segment_alone() {
        let evidence = evidence(Some(950), &[550, 150]);
        assert_eq!(evidence.touched_rows(100, Crossing::Tick), [1..=1, 5..=5, 9..=9]);
        assert_eq!(evidence.touched_rows(100, Crossing::Segment), [1..=9]);
        assert!(evidence.visits(700, 800, Crossing::Segment) && !evidence.visits(700, 800, Crossing::Tick));
        assert!(
            !evidence.visits(951, 1_000, Crossing::Segment) && !evidence.visits(0, 149, Crossing::Segment)
        );
    }

    #[test]
    fn rows_and_visits_say_the_same() {
        let evidence = evidence(Some(340), &[200, 777, 410, 411, 90]);
        for crossing in [Crossing::Tick, Crossing::Segment] {
            let rows = evidence.touched_rows(50, crossing);
            for row in -2..30 {
                let touched = rows.iter().any(|range| range.contains(&row));
                assert_eq!(touched, evidence.visits(row * 50, row * 50 + 50, crossing), "{row} {crossing:?}");
            }
        }
    }
}
