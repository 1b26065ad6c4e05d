//! The market state: what the price engine last published, for every reader. Written by one engine, read without waiting.

use crate::domain::bet_place::PlaceRefusal;
use crate::domain::breaker::BreakerState;
use crate::domain::calibrator::Calibrator;
use crate::domain::cell::CellId;
use crate::domain::grid::{Geometry, RowHeight};
use crate::domain::market::SourceState;
use crate::domain::price_engine::Betting;
use crate::domain::pricing::Priced;
use crate::domain::quote::{Quoted, SNAPSHOTS_KEPT, Snapshot, price_now};
use crate::domain::quote_facts::QuoteFacts;
use crate::domain::tick::Tick;
use arc_swap::ArcSwap;
use parking_lot::Mutex;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

/// A view older than this is no view: the engine hangs, and nothing is taken on old prices.
const VIEW_AGE_MAX_MS: u128 = 10_000;
/// From this share of its limit on a column is dear to the house, basis points.
const EXPOSED_BP: i64 = 7_000;
/// Rates of single cells that are remembered for one tick.
const FRESH_MAX: usize = 4_096;

/// What the engine last published.
#[derive(Debug, Clone)]
pub struct View {
    /// The last tick.
    pub tick: Option<Tick>,
    /// Whether bets are taken.
    pub betting: Betting,
    /// The breaker.
    pub breaker: BreakerState,
    /// Whether columns may be resolved.
    pub resolves: bool,
    /// Age of the newest input that stood behind the price, ms.
    pub stale_for_ms: Option<i64>,
    /// Sources that stand behind it.
    pub live: u8,
    /// What a quote on the last tick says of itself.
    pub facts: Option<QuoteFacts>,
    /// Row heights.
    pub heights: Option<RowHeight>,
    /// The map that protects probabilities.
    pub calibrator: Arc<Calibrator>,
    /// The last snapshots, newest last.
    pub snapshots: Vec<Arc<Snapshot>>,
    /// The venues, by slot.
    pub sources: Vec<SourceState>,
    /// The newest sealed minute and its hash, hex.
    pub head: Option<(i64, String)>,
    /// When this was said.
    pub at: Instant,
}

impl Default for View {
    fn default() -> Self {
        Self {
            tick: None,
            betting: Betting::PriceFeedStale { retry_after_s: 30 },
            breaker: BreakerState::Critical,
            resolves: false,
            stale_for_ms: None,
            live: 0,
            facts: None,
            heights: None,
            calibrator: Arc::new(Calibrator::identity()),
            snapshots: Vec::new(),
            sources: Vec::new(),
            head: None,
            at: Instant::now(),
        }
    }
}

impl View {
    /// The geometry of a column, once there is one.
    #[must_use]
    pub fn geometry_of(&self, column: i64) -> Option<&Geometry> {
        self.heights.as_ref().map(|heights| heights.geometry_of(column))
    }

    /// The snapshot of this number.
    #[must_use]
    pub fn snapshot(&self, seq: i64) -> Option<&Arc<Snapshot>> {
        self.snapshots.iter().find(|snapshot| snapshot.facts.seq == seq)
    }

    /// Keeps the newest snapshots.
    pub fn push(&mut self, snapshot: Arc<Snapshot>) {
        self.snapshots.push(snapshot);
        if self.snapshots.len() > SNAPSHOTS_KEPT {
            self.snapshots.remove(0);
        }
    }
}

/// Rates on one tick, by cell and edge.
#[derive(Debug, Default)]
struct Fresh {
    tick_seq: i64,
    rates: HashMap<(CellId, i64), Priced>,
}

/// The newest view of the engine, and what is derived from it for readers.
#[derive(Debug, Default)]
pub struct MarketState {
    view: ArcSwap<View>,
    /// Shares of the limits of columns that are used up, basis points.
    loads: Mutex<HashMap<i64, i64>>,
    /// Rates on the newest tick.
    fresh: Mutex<Fresh>,
    /// The cells of the newest snapshot as they are sent over HTTP: (its number, JSON).
    cells_json: Mutex<Option<(i64, Arc<RawValue>)>>,
    /// Unix ms up to which every tick is on disk: columns that end by then can be decided.
    watermark_ms: AtomicI64,
}

impl MarketState {
    /// What the engine last published.
    #[must_use]
    pub fn view(&self) -> arc_swap::Guard<Arc<View>> {
        self.view.load()
    }

    /// Publishes a new view.
    pub fn set(&self, view: View) {
        self.view.store(Arc::new(view));
    }

    /// Whether a bet may be put on disk now. Errors: why not; nothing was taken.
    pub fn may_commit(&self) -> Result<(), PlaceRefusal> {
        let view = self.view.load();
        if view.at.elapsed().as_millis() > VIEW_AGE_MAX_MS {
            return Err(PlaceRefusal::PriceFeedStale { retry_after_s: 30 });
        }
        match view.betting {
            Betting::Open => Ok(()),
            Betting::PriceFeedStale { retry_after_s } => Err(PlaceRefusal::PriceFeedStale { retry_after_s }),
            Betting::VolatilityHalt => Err(PlaceRefusal::VolatilityHalt),
            Betting::WarmingUp => Err(PlaceRefusal::WarmingUp),
        }
    }

    /// What `cell` costs on the newest tick, at the edge that it is offered with now; at that of `named`, the quote that a
    /// client speaks of, where the newest one does not have the cell.
    #[must_use]
    pub fn fresh(&self, view: &View, cell: &CellId, named: Option<&Snapshot>) -> Quoted {
        let (Some(facts), Some(geometry)) = (&view.facts, view.geometry_of(cell.column())) else {
            return Quoted::UNSOUND;
        };
        let newest = view.snapshots.last().and_then(|newest| newest.find(cell));
        let quoted = newest.or_else(|| named.and_then(|named| named.find(cell)));
        let edge_bp = quoted.map_or(0, |quoted| quoted.edge_bp);
        let priced = self.price_on_tick((view, facts), geometry, cell, edge_bp);
        Quoted { priced, edge_bp }
    }

    /// Remembered for the tick: a crowd taps few cells.
    fn price_on_tick(
        &self,
        (view, facts): (&View, &QuoteFacts),
        geometry: &Geometry,
        cell: &CellId,
        edge_bp: i64,
    ) -> Priced {
        let key = (*cell, edge_bp);
        let known = {
            let fresh = self.fresh.lock();
            if fresh.tick_seq == facts.tick_seq { fresh.rates.get(&key).copied() } else { None }
        };
        known.unwrap_or_else(|| {
            let priced = price_now(facts, geometry, cell, edge_bp, &view.calibrator);
            self.remember(facts.tick_seq, key, priced);
            priced
        })
    }

    fn remember(&self, tick: i64, key: (CellId, i64), priced: Priced) {
        let mut fresh = self.fresh.lock();
        if fresh.tick_seq != tick {
            fresh.tick_seq = tick;
            fresh.rates.clear();
        }
        if fresh.rates.len() < FRESH_MAX {
            fresh.rates.insert(key, priced);
        }
    }

    /// The cells of snapshot `seq` as they are sent over HTTP. `make` writes them for the first request: a crowd requests the
    /// same. None: they cannot be written.
    pub fn cells_json(
        &self,
        seq: i64,
        make: impl FnOnce() -> Option<Box<RawValue>>,
    ) -> Option<Arc<RawValue>> {
        let mut cached = self.cells_json.lock();
        if let Some((_, text)) = cached.as_ref().filter(|(of, _)| *of == seq) {
            return Some(Arc::clone(text));
        }
        let text: Arc<RawValue> = Arc::from(make()?);
        *cached = Some((seq, Arc::clone(&text)));
        Some(text)
    }

    /// Sets how much of its limit a column has used up, basis points.
    pub fn set_load(&self, column: i64, share_bp: i64) {
        self.loads.lock().insert(column, share_bp);
    }

    /// Forgets a column that is decided.
    pub fn forget_load(&self, column: i64) {
        self.loads.lock().remove(&column);
    }

    /// Whether a column is dear to the house.
    #[must_use]
    pub fn is_exposed(&self, column: i64) -> bool {
        self.loads.lock().get(&column).is_some_and(|share| *share > EXPOSED_BP)
    }

    /// Unix ms up to which every tick is on disk.
    #[must_use]
    pub fn watermark_ms(&self) -> i64 {
        self.watermark_ms.load(Ordering::Acquire)
    }

    /// Moves the watermark on; never back.
    pub fn advance_watermark(&self, to_ms: i64) {
        self.watermark_ms.fetch_max(to_ms, Ordering::AcqRel);
    }
}
