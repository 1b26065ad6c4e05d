//! What a calibrator learns from: moments of the archive, each with one cell of every bucket, priced as it was then and held
//! against the ticks that followed.
//!
//! One cell a bucket and moment, and moments well apart: neighbours share their path, and a hundred of them are no more than
//! one observation.

use super::calibrator::{Calibrator, Key, Observation};
use super::evidence::{EvidenceBuilder, Rules, Verdict, Window};
use super::grid::{COLUMNS_AHEAD, Geometry, LOCK_COLUMNS, ROWS};
use super::outcome::{Band, Outcome, decide};
use super::pricing::{RateInputs, price_cell};
use super::quote::crossing_of;
use super::quote_facts::QuoteFacts;
use super::tick::Tick;
use std::collections::{BTreeMap, HashMap};

/// Between two moments that are looked at, ms.
pub const BETWEEN_MOMENTS_MS: i64 = 30_000;

/// The first quote of every [`BETWEEN_MOMENTS_MS`], of `quotes` in their order.
#[must_use]
pub fn moments(quotes: &[QuoteFacts]) -> Vec<QuoteFacts> {
    let slot = |quote: &QuoteFacts| quote.at_ms.div_euclid(BETWEEN_MOMENTS_MS);
    quotes.chunk_by(|one, next| slot(one) == slot(next)).filter_map(|alike| alike.first().cloned()).collect()
}

/// What happened after the moments. `ticks`, oldest first, reach from before the first moment to where they reach; columns that
/// they do not prove valid teach nothing.
#[must_use]
pub fn observe(
    moments: &[QuoteFacts],
    geometry_of: impl Fn(i64) -> Option<Geometry>,
    ticks: &[Tick],
) -> Vec<Observation> {
    let mut columns = HashMap::new();
    let mut seen = Vec::new();
    for quote in moments {
        for (key, (cell, geometry, column)) in one_of_each(quote, &geometry_of) {
            let window = Window {
                epoch: geometry.epoch(),
                column,
                width_ms: geometry.width_ms(),
                rules: rules_of(quote),
            };
            let outcomes = columns.entry((column, window.rules.version()));
            let evidence =
                outcomes.or_insert_with(|| EvidenceBuilder::from_ticks(window, around(ticks, window)));
            if evidence.evidence.verdict != Verdict::Valid {
                continue;
            }
            let band = Band { low: cell.low, high: cell.high };
            seen.push(Observation {
                key,
                predicted_ppb: price_cell(&cell, &Calibrator::identity()).p_ppb,
                touched: decide(band, &evidence.evidence, &window.rules) == Outcome::Won,
            });
        }
    }
    seen
}

fn rules_of(quote: &QuoteFacts) -> Rules {
    let grace = u32::try_from(quote.touch_grace_columns).unwrap_or_default();
    Rules { touch_grace_columns: grace, crossing: crossing_of(quote), ..Rules::default() }
}

fn around(ticks: &[Tick], window: Window) -> &[Tick] {
    let from = ticks.partition_point(|tick| tick.ts_ms < window.from_ms());
    let most = usize::try_from(window.ticks_max()).unwrap_or_default();
    &ticks[from..ticks.len().min(from.saturating_add(most))]
}

type Cell = (RateInputs, Geometry, i64);

/// A cell of every bucket that the grid of `quote` has: which one, its number says, so that all have their turn.
fn one_of_each(quote: &QuoteFacts, geometry_of: &impl Fn(i64) -> Option<Geometry>) -> BTreeMap<Key, Cell> {
    let mut all: BTreeMap<Key, Vec<Cell>> = BTreeMap::new();
    for (inputs, geometry, column) in cells(quote, geometry_of) {
        all.entry(Key::of(&inputs)).or_default().push((inputs, geometry, column));
    }
    let turn = quote.at_ms.div_euclid(BETWEEN_MOMENTS_MS).unsigned_abs();
    let chosen = |(key, cells): (Key, Vec<Cell>)| {
        // A step that shares no factor with the usual counts of columns and rows.
        let at = usize::try_from(turn.wrapping_mul(7_919) % cells.len().max(1) as u64).ok()?;
        Some((key, *cells.get(at)?))
    };
    all.into_iter().filter_map(chosen).collect()
}

fn cells(quote: &QuoteFacts, geometry_of: &impl Fn(i64) -> Option<Geometry>) -> Vec<Cell> {
    let mut all = Vec::new();
    for ahead in LOCK_COLUMNS + 1..=COLUMNS_AHEAD {
        let Some(width_ms) = geometry_of(i64::MAX).map(|newest| newest.width_ms()) else { return all };
        let column = quote.at_ms.div_euclid(width_ms) + ahead;
        let Some(geometry) = geometry_of(column) else { continue };
        let lowest = geometry.view(quote.at_ms, quote.price).first_row;
        for row in lowest..lowest + ROWS {
            let (low, high) = geometry.band(row);
            let inputs = RateInputs {
                price: quote.price,
                low,
                high,
                from_ms: geometry.starts_at_ms(column) - quote.at_ms,
                until_ms: geometry.ends_at_ms(column, quote.touch_grace_columns) - quote.at_ms,
                sigma_ppb: quote.sigma_ppb,
                edge_bp: 0,
                crossing: crossing_of(quote),
            };
            if inputs.are_sound() {
                all.push((inputs, geometry, column));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tick::TickFlags;

    const BEGIN_MS: i64 = 1_800_000_000_000;

    fn quote(at_ms: i64) -> QuoteFacts {
        QuoteFacts {
            seq: at_ms / 250,
            at_ms,
            tick_seq: 1,
            price: 6_000_500,
            sigma_ppb: 89_036,
            crossing: "tick",
            calibrator_version: 0,
            touch_grace_columns: 0,
        }
    }

    /// A price that never moves.
    fn still(seconds: i64) -> Vec<Tick> {
        let tick = |step: i64| Tick {
            seq: step + 1,
            ts_ms: BEGIN_MS + step * 100,
            price: 6_000_500,
            n_sources: 3,
            flags: TickFlags::default(),
        };
        (0..seconds * 10).map(tick).collect()
    }

    fn grid(_: i64) -> Option<Geometry> {
        Geometry::new(1, 5_000, 1_000).ok()
    }

    #[test]
    fn quotes_of_half_a_minute_are_one_moment() {
        let quotes: Vec<_> = (0..240).map(|at| quote(BEGIN_MS + at * 250)).collect();
        let moments = moments(&quotes);
        assert_eq!(moments.iter().map(|quote| quote.at_ms - BEGIN_MS).collect::<Vec<_>>(), [0, 30_000]);
    }

    #[test]
    fn a_price_that_stands_still_touches_its_own_row_alone() {
        let seen = observe(&[quote(BEGIN_MS + 5_000)], grid, &still(300));
        assert!(seen.len() > 10, "{}", seen.len());
        assert!(seen.iter().all(|seen| seen.touched == (seen.key.moneyness == 0)), "{seen:?}");
        let mut keys: Vec<_> = seen.iter().map(|seen| seen.key).collect();
        keys.dedup();
        assert_eq!(keys.len(), seen.len(), "one of each bucket");
    }

    #[test]
    fn columns_that_the_ticks_do_not_prove_teach_nothing() {
        let seen = observe(&[quote(BEGIN_MS + 5_000)], grid, &still(30));
        assert!(!seen.is_empty() && seen.iter().all(|seen| seen.key.ahead <= 2), "{seen:?}");
    }
}
