//! What is published of a step on the live topics: prices and what changed of the grid ten times a second, the whole grid twice,
//! the breaker when it changes.

use crate::app::App;
use crate::domain::price_engine::Step;
use crate::domain::pricing::Priced;
use crate::domain::quote::{Part, Snapshot};
use crate::domain::tick::Tick;
use crate::market_state::View;
use serde_json::json;
use std::sync::Arc;
use web::live::Update;

/// The topic of prices and sealed minutes.
pub const PRICE: &str = "tap:price";
/// The topic of rates.
pub const GRID: &str = "tap:grid";
/// The topic of the breaker.
pub const SYSTEM: &str = "tap:system";
/// Steps between two grids: twice a second.
const GRID_STEPS: u64 = 5;
/// Steps between two updates about the system: every five seconds.
const SYSTEM_STEPS: u64 = 50;

/// Publishes what is new. `grid` remembers the last whole grid.
pub fn publish_step(app: &App, view: &View, step: &Step, steps: u64, grid: &mut GridFrames) {
    for tick in &step.ticks {
        app.hub.publish(PRICE, tick_update(tick));
    }
    for block in &step.blocks {
        let body = json!({ "minute": block.minute, "hash": crate::domain::chain::hex(&block.hash) });
        app.hub.publish(PRICE, Update::fact("chain:head", body.to_string()));
    }
    let is_due = steps.is_multiple_of(GRID_STEPS);
    grid.updates(view, is_due).into_iter().for_each(|update| app.hub.publish(GRID, update));
    if step.transition.is_some() || steps.is_multiple_of(SYSTEM_STEPS) {
        app.hub.publish(SYSTEM, system_update(view));
    }
    if let Some(transition) = &step.transition {
        tracing::warn!(
            from = transition.from.as_str(),
            to = transition.to.as_str(),
            reason = transition.reason.as_str(),
            age_ms = transition.age_ms,
            sources = transition.live_sources,
            "the breaker on stale prices changed"
        );
        metrics::counter!("circuit_breaker_transitions_total", "to" => transition.to.as_str()).increment(1);
    }
    measure(view);
}

fn measure(view: &View) {
    #[expect(clippy::cast_precision_loss, reason = "a gauge")]
    let seconds = view.stale_for_ms.map_or(-1.0, |age| age as f64 / 1000.0);
    metrics::gauge!("price_feed_staleness_seconds").set(seconds);
    let state = match view.breaker {
        crate::domain::breaker::BreakerState::Healthy => 0.0,
        crate::domain::breaker::BreakerState::Degraded => 1.0,
        crate::domain::breaker::BreakerState::Recovering => 2.0,
        crate::domain::breaker::BreakerState::Critical => 3.0,
    };
    metrics::gauge!("circuit_breaker_state").set(state);
    metrics::gauge!("source_live").set(f64::from(view.live));
    if let Some(facts) = &view.facts {
        let annual = crate::domain::volatility::annual_bp_of_sigma_ppb(facts.sigma_ppb);
        #[expect(clippy::cast_precision_loss, reason = "a gauge")]
        metrics::gauge!("sigma_annualised").set(annual as f64 / 10_000.0);
    }
}

/// A tick for readers.
#[must_use]
pub fn tick_update(tick: &Tick) -> Update {
    let Tick { seq, ts_ms, price, n_sources, flags } = tick;
    let flags = flags.0;
    Update::total(
        "price:tick",
        0,
        format!("{{\"seq\":{seq},\"ts\":{ts_ms},\"price\":{price},\"n\":{n_sources},\"flags\":{flags}}}"),
    )
}

/// The newest rates for readers, one update an epoch, and how far columns are locked.
#[must_use]
pub fn grid_updates(view: &View) -> Vec<Update> {
    let Some(snapshot) = view.snapshots.last() else { return Vec::new() };
    let mut updates: Vec<_> = snapshot.parts.iter().map(|part| part_update(snapshot, part)).collect();
    if let Some(first) = snapshot.parts.first() {
        let locked = first.first_column - 1;
        let current = locked - crate::domain::grid::LOCK_COLUMNS;
        updates.push(Update::total(
            "grid:column",
            0,
            json!({ "c": current, "locked_upto": locked }).to_string(),
        ));
    }
    updates
}

/// What of the grid was published last.
#[derive(Debug, Default)]
pub struct GridFrames {
    /// The snapshot that was sent whole.
    whole: Option<Arc<Snapshot>>,
    /// The newest that was sent in either way.
    sent_seq: i64,
}

impl GridFrames {
    /// The whole grid when that is due or its shape is another; else what changed since the last whole one; nothing without
    /// a new quote.
    fn updates(&mut self, view: &View, is_due: bool) -> Vec<Update> {
        let Some(newest) = view.snapshots.last() else { return Vec::new() };
        let base = self.whole.as_ref().filter(|base| !is_due && has_shape_of(base, newest));
        if base.is_some() && newest.facts.seq == self.sent_seq {
            return Vec::new();
        }
        self.sent_seq = newest.facts.seq;
        if let Some(base) = base {
            let parts = newest.parts.iter().zip(&base.parts);
            return parts.map(|(part, before)| moves_update((newest, part), (base, before))).collect();
        }
        self.whole = Some(Arc::clone(newest));
        grid_updates(view)
    }
}

/// Whether both have the same cells.
fn has_shape_of(one: &Snapshot, other: &Snapshot) -> bool {
    let shape = |part: &Part| (part.geometry, part.first_column, part.columns.len(), part.low, part.rows);
    one.parts.iter().map(shape).eq(other.parts.iter().map(shape))
}

/// By how much each rate differs from the whole grid numbered `base`; a rate that is not offered is 0. A reader who has another
/// whole grid waits for the next one: totals are merged, and only the newest difference is needed.
fn moves_update((snapshot, part): (&Snapshot, &Part), (base, before): (&Snapshot, &Part)) -> Update {
    let rate = |cell: &Priced| i64::from(cell.rate.unwrap_or(0));
    let moves: Vec<i64> =
        part.cells.iter().zip(&before.cells).map(|(now, then)| rate(now) - rate(then)).collect();
    let body = json!({
        "quote_seq": snapshot.facts.seq, "at": snapshot.facts.at_ms, "epoch": part.geometry.epoch(),
        "base": base.facts.seq, "moves": moves,
    });
    Update::total("grid:moves", part.geometry.epoch(), body.to_string())
}

fn part_update(snapshot: &Snapshot, part: &Part) -> Update {
    let rates: Vec<u32> = part.cells.iter().map(|cell| cell.rate.unwrap_or(0)).collect();
    let body = json!({
        "quote_seq": snapshot.facts.seq, "at": snapshot.facts.at_ms, "epoch": part.geometry.epoch(),
        "width_ms": part.geometry.width_ms(), "height": part.geometry.height_cents(),
        "first_column": part.first_column, "columns": part.columns.len(), "low": part.low, "rows": part.rows,
        "rates": rates,
    });
    Update::total("grid:rates", part.geometry.epoch(), body.to_string())
}

/// The breaker for readers.
#[must_use]
pub fn system_update(view: &View) -> Update {
    let retry_after = match view.betting {
        crate::domain::price_engine::Betting::PriceFeedStale { retry_after_s } => Some(retry_after_s),
        _ => None,
    };
    let body = json!({
        "price_health": view.breaker.as_str(), "breaker": view.breaker.as_str(), "stale_for_ms": view.stale_for_ms,
        "betting": view.betting.as_str(), "retry_after": retry_after, "sources": view.live,
    });
    Update::total("system:status", 0, body.to_string())
}
