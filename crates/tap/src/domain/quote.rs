//! Quotes: a priced grid at a moment, and whether a bet may still be made at one (spec §5.5).
//!
//! The client's rate is only compared, never used: a bet gets the rate of the snapshot it names, or none.

use super::bet_place::PlaceRefusal;
use super::calibrator::Calibrator;
use super::cell::CellId;
use super::grid::Geometry;
use super::pricing::{
    BASIS_POINTS, ColumnInputs, Crossing, GridInputs, PPB, Priced, RateInputs, price_cell, price_grid,
};
use super::quote_facts::QuoteFacts;
use std::sync::Arc;

/// Between two snapshots, ms: one a tick, so that the number of a quote is the number of a moment of the lattice.
pub const SNAPSHOT_MS: i64 = super::tick::STEP_MS;
/// Snapshots that are kept: two seconds of them.
pub const SNAPSHOTS_KEPT: usize = 20;
/// A bet names a snapshot at most this old, ms.
pub const QUOTE_AGE_MAX_MS: i64 = 1_500;
/// The same at the moment of the decision: a bet that waited longer in the queue is refused.
pub const QUOTE_AGE_AT_COMMIT_MAX_MS: i64 = 3_000;
/// The house gives up this much of a rate to staleness, percent.
const STALENESS_PERCENT: i128 = 3;
/// By how much less than the rate that was seen a player may choose to be booked, percent; the first is *exactly*.
pub const TOLERANCES_PERCENT: [u32; 4] = [0, 5, 10, 20];
/// What pages, the load generator and simulated players use until somebody chooses.
pub const TOLERANCE_DEFAULT_PERCENT: u32 = 20;

/// The cells of one epoch in a snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Their shape.
    pub geometry: Geometry,
    /// The leftmost column.
    pub first_column: i64,
    /// What was told the pricer of each column.
    pub columns: Vec<ColumnInputs>,
    /// The lowest row's lower bound, cents.
    pub low: i64,
    /// How many rows.
    pub rows: usize,
    /// Row-major: `row * columns + column`.
    pub cells: Vec<Priced>,
}

/// A priced grid at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// What every bet at it shares.
    pub facts: Arc<QuoteFacts>,
    /// By epoch; usually one.
    pub parts: Vec<Part>,
}

/// What a cell costs in a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quoted {
    /// Probability and rate.
    pub priced: Priced,
    /// The edge it was priced with, basis points.
    pub edge_bp: i64,
}

impl Quoted {
    /// What a cell costs where nothing is known: it is not offered.
    pub const UNSOUND: Self = Self { priced: Priced::UNSOUND, edge_bp: 0 };
}

impl Part {
    /// Prices the columns `first_column..` with the edges given, rows from `low` up.
    #[must_use]
    pub fn price(
        facts: &QuoteFacts,
        geometry: Geometry,
        (first_column, edges): (i64, &[i64]),
        (low, rows): (i64, usize),
        calibrator: &Calibrator,
    ) -> Self {
        let columns: Vec<_> = (first_column..)
            .zip(edges)
            .map(|(column, edge_bp)| ColumnInputs {
                from_ms: geometry.starts_at_ms(column) - facts.at_ms,
                until_ms: geometry.ends_at_ms(column, facts.touch_grace_columns) - facts.at_ms,
                edge_bp: *edge_bp,
            })
            .collect();
        let grid = GridInputs {
            price: facts.price,
            sigma_ppb: facts.sigma_ppb,
            crossing: crossing_of(facts),
            low,
            height: geometry.height_cents(),
            rows,
            columns: &columns,
        };
        let cells = price_grid(&grid, calibrator);
        Self { geometry, first_column, columns, low, rows, cells }
    }

    /// What `cell` costs here; `None` when it is not in this part.
    #[must_use]
    pub fn find(&self, cell: &CellId) -> Option<Quoted> {
        self.geometry.check(cell).ok()?;
        let column = usize::try_from(cell.column() - self.first_column).ok()?;
        let row = (cell.low() - self.low) / self.geometry.height_cents();
        let row = usize::try_from(row).ok().filter(|_| cell.low() >= self.low)?;
        let inputs = self.columns.get(column)?;
        let priced = *self.cells.get(row * self.columns.len() + column).filter(|_| row < self.rows)?;
        Some(Quoted { priced, edge_bp: inputs.edge_bp })
    }
}

impl Snapshot {
    /// What `cell` costs; `None` when it is not part of the snapshot.
    #[must_use]
    pub fn find(&self, cell: &CellId) -> Option<Quoted> {
        self.parts.iter().find_map(|part| part.find(cell))
    }
}

/// The crossing rule of a quote.
#[must_use]
pub fn crossing_of(facts: &QuoteFacts) -> Crossing {
    Crossing::parse(facts.crossing).unwrap_or(Crossing::Tick)
}

/// What `cell` costs at this very moment.
#[must_use]
pub fn price_now(
    now: &QuoteFacts,
    geometry: &Geometry,
    cell: &CellId,
    edge_bp: i64,
    calibrator: &Calibrator,
) -> Priced {
    let inputs = RateInputs {
        price: now.price,
        low: cell.low(),
        high: cell.high(),
        from_ms: geometry.starts_at_ms(cell.column()) - now.at_ms,
        until_ms: geometry.ends_at_ms(cell.column(), now.touch_grace_columns) - now.at_ms,
        sigma_ppb: now.sigma_ppb,
        edge_bp,
        crossing: crossing_of(now),
    };
    price_cell(&inputs, calibrator)
}

/// The rates that a player signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateRequest {
    /// What the quote showed, hundredths.
    pub seen: u32,
    /// The least that is acceptable, hundredths, at most `seen`; `None` where only what was seen is.
    pub least: Option<u32>,
}

/// At what a bet is booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Booking {
    /// Exactly as it was seen, at the quote that was named.
    AsSeen(Quoted),
    /// At the price on the newest tick: lower than what was seen, not lower than what is acceptable.
    Fresh(Quoted),
}

/// The least acceptable rate of somebody who saw `seen` and tolerates `percent` less; hundredths, rounded up.
#[must_use]
pub const fn least_rate(seen: u32, percent: u32) -> u32 {
    let kept = 100 - if percent > 100 { 100 } else { percent };
    (seen as u64 * kept as u64).div_ceil(100) as u32
}

/// At what a bet is booked by a client that named `snapshot`, at `now_ms`; `fresh` is the cell's price on the newest tick.
///
/// What was seen is booked while it is at most 3 % better than the present rate. Beyond that the present rate is, where
/// the player has accepted it. Errors, in this order: the quote is too old; the cell was not offered in it; another rate was;
/// the price has moved further than the house and the player allow.
pub fn accept(
    snapshot: Option<&Arc<Snapshot>>,
    cell: &CellId,
    rates: RateRequest,
    now_ms: i64,
    fresh: Quoted,
) -> Result<Booking, PlaceRefusal> {
    let fresh_rate = fresh.priced.rate;
    let live = snapshot.filter(|snapshot| now_ms - snapshot.facts.at_ms <= QUOTE_AGE_MAX_MS);
    let quoted = live.ok_or(PlaceRefusal::QuoteExpired { fresh_rate })?.find(cell);
    let quoted =
        quoted.filter(|quoted| quoted.priced.rate.is_some()).ok_or(PlaceRefusal::CellIsNotOffered)?;
    if quoted.priced.rate != Some(rates.seen) {
        return Err(PlaceRefusal::RateWasNeverOffered { fresh_rate });
    }
    // An edge that has changed meanwhile is no move of the price.
    if is_within_staleness(rates.seen, fresh.priced.p_ppb, quoted.edge_bp.min(fresh.edge_bp)) {
        return Ok(Booking::AsSeen(quoted));
    }
    match (fresh_rate, rates.least) {
        (Some(fresh_rate), Some(least)) if fresh_rate >= least => Ok(Booking::Fresh(fresh)),
        _ => Err(PlaceRefusal::QuoteMoved { fresh_rate }),
    }
}

/// `rate_seen <= 1.03 * 100 * (1 - e) / p`, in whole numbers. The fresh rate's own bounds do not count: a cell that has
/// become too unlikely to be offered is no loss to the house.
fn is_within_staleness(rate_seen: u32, fresh_p_ppb: i64, edge_bp: i64) -> bool {
    let seen = i128::from(rate_seen) * 100 * i128::from(BASIS_POINTS) * i128::from(fresh_p_ppb);
    let fair = i128::from(BASIS_POINTS - edge_bp) * 100 * i128::from(PPB);
    seen <= fair * (100 + STALENESS_PERCENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: i64 = 1_795_600_000_000;

    fn snapshot() -> Arc<Snapshot> {
        let facts = QuoteFacts {
            seq: 7,
            at_ms: AT,
            tick_seq: 1,
            price: 6_000_500,
            sigma_ppb: 89_036,
            crossing: "tick",
            calibrator_version: 0,
            touch_grace_columns: 0,
        };
        let geometry = Geometry::new(1, 5_000, 1_000).expect("an allowed geometry");
        let first = geometry.column_of(AT) + 2;
        let part = Part::price(
            &facts,
            geometry,
            (first, &[600, 600, 800]),
            (5_990_000, 21),
            &Calibrator::identity(),
        );
        Arc::new(Snapshot { facts: Arc::new(facts), parts: vec![part] })
    }

    fn cell(snapshot: &Snapshot, column: i64, low: i64) -> CellId {
        CellId::new(1, snapshot.parts[0].first_column + column, low, low + 1_000).expect("a cell")
    }

    fn rate(quoted: Quoted) -> u32 {
        quoted.priced.rate.expect("offered")
    }

    const fn only(seen: u32) -> RateRequest {
        RateRequest { seen, least: None }
    }

    #[test]
    fn a_quote_is_good_for_a_second_and_a_half_at_its_own_rate() {
        let snapshot = snapshot();
        let cell = cell(&snapshot, 1, 6_002_000);
        let quoted = snapshot.find(&cell).expect("in the grid");
        let ask = |rate: u32, now: i64| accept(Some(&snapshot), &cell, only(rate), now, quoted);
        assert_eq!(ask(rate(quoted), AT + 1_500), Ok(Booking::AsSeen(quoted)));
        let fresh_rate = quoted.priced.rate;
        assert_eq!(ask(rate(quoted), AT + 1_501), Err(PlaceRefusal::QuoteExpired { fresh_rate }));
        for other in [rate(quoted) - 1, rate(quoted) + 1, 0, u32::MAX] {
            assert_eq!(ask(other, AT), Err(PlaceRefusal::RateWasNeverOffered { fresh_rate }));
        }
        let unknown = accept(None, &cell, only(200), AT, quoted);
        assert_eq!(unknown, Err(PlaceRefusal::QuoteExpired { fresh_rate }));
    }

    #[test]
    fn a_move_of_more_than_three_percent_against_the_house_is_refused_and_any_other_is_not() {
        let snapshot = snapshot();
        let cell = cell(&snapshot, 0, 6_001_000);
        let quoted = snapshot.find(&cell).expect("in the grid");
        let moved = |percent: i64| Priced { p_ppb: quoted.priced.p_ppb * percent / 100, rate: Some(111) };
        let ask = |fresh: Priced| {
            let fresh = Quoted { priced: fresh, edge_bp: 800 };
            accept(Some(&snapshot), &cell, only(rate(quoted)), AT, fresh).is_ok()
        };
        assert!(ask(moved(102)) && ask(moved(50)) && ask(Priced { p_ppb: 1, rate: None }));
        assert!(!ask(moved(105)) && !ask(Priced::UNSOUND));
    }

    #[test]
    fn what_moved_further_is_booked_at_the_present_rate_down_to_the_least_that_was_accepted() {
        let snapshot = snapshot();
        let cell = cell(&snapshot, 0, 6_001_000);
        let quoted = snapshot.find(&cell).expect("in the grid");
        let seen = rate(quoted);
        let ask = |least: u32, percent: i64, fresh_rate: Option<u32>| {
            let priced = Priced { p_ppb: quoted.priced.p_ppb * percent / 100, rate: fresh_rate };
            let rates = RateRequest { seen, least: Some(least) };
            accept(Some(&snapshot), &cell, rates, AT, Quoted { priced, edge_bp: 600 })
        };
        let fresh = seen * 92 / 100;
        let Ok(Booking::Fresh(booked)) = ask(fresh, 109, Some(fresh)) else { panic!("it is accepted") };
        assert_eq!(booked.priced.rate, Some(fresh));
        assert_eq!(
            ask(fresh + 1, 109, Some(fresh)),
            Err(PlaceRefusal::QuoteMoved { fresh_rate: Some(fresh) })
        );
        // Within the house's own three percent nobody gets less than was seen, whatever is accepted.
        assert_eq!(ask(1, 102, Some(seen - 1)), Ok(Booking::AsSeen(quoted)));
        // A cell that is not offered any more is booked at no rate at all.
        assert_eq!(ask(0, 150, None), Err(PlaceRefusal::QuoteMoved { fresh_rate: None }));
    }

    #[test]
    fn the_least_acceptable_rate_is_never_below_the_tolerance() {
        for (seen, percent, least) in
            [(235, 0, 235), (235, 10, 212), (105, 20, 84), (5_000, 5, 4_750), (1, 100, 0), (7, 200, 0)]
        {
            assert_eq!(least_rate(seen, percent), least, "{seen} less {percent} %");
        }
    }

    #[test]
    fn what_is_not_in_the_grid_is_not_offered() {
        let snapshot = snapshot();
        let good = cell(&snapshot, 0, 6_001_000);
        for strange in [
            cell(&snapshot, 3, 6_001_000),
            cell(&snapshot, -1, 6_001_000),
            cell(&snapshot, 0, 5_989_000),
            cell(&snapshot, 0, 6_011_000),
            CellId::new(2, good.column(), 6_001_000, 6_002_000).expect("another epoch"),
            CellId::new(1, good.column(), 6_001_500, 6_002_500).expect("between rows"),
            CellId::new(1, good.column(), 6_001_000, 6_003_000).expect("two rows"),
        ] {
            assert_eq!(snapshot.find(&strange), None, "{strange}");
            assert_eq!(
                accept(Some(&snapshot), &strange, only(200), AT, Quoted::UNSOUND),
                Err(PlaceRefusal::CellIsNotOffered)
            );
        }
    }

    #[test]
    fn each_column_has_its_own_edge() {
        let snapshot = snapshot();
        let edge = |column| snapshot.find(&cell(&snapshot, column, 6_001_000)).expect("there").edge_bp;
        assert_eq!((edge(0), edge(2)), (600, 800));
    }
}
