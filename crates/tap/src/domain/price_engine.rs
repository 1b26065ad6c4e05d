//! The price engine: venues' updates go in, every 100 ms a step comes out: ticks, blocks, the breaker, volatility, epochs,
//! and when asked a priced grid. Pure: the same updates at the same times give the same steps, live, replayed or simulated.

use super::breaker::{Breaker, BreakerState, Override, OverrideRefusal, Transition};
use super::calibrator::Calibrator;
use super::chain::{Block, ChainBuilder, ChainFault, Hash};
use super::grid::{COLUMNS_AHEAD, Epoch, LOCK_COLUMNS, ROWS, RowHeight};
use super::lattice::Lattice;
use super::market::{IndexReading, Market, SourceSettings};
use super::pricing::Crossing;
use super::quote::{Part, SNAPSHOT_MS, Snapshot};
use super::quote_facts::QuoteFacts;
use super::tick::Tick;
use super::venue_update::VenueUpdate;
use super::volatility::{Sigma, Volatility, VolatilitySettings, VolatilityState};
use std::sync::Arc;

/// Added to a column's edge when its exposure is above 70 % of its limit, basis points.
pub const EXPOSED_EDGE_BP: i64 = 200;
/// The volatility by which a first row height is chosen before any is known: 50 % a year.
const SIGMA_PPB_UNKNOWN: i64 = 89_036;

/// What the engine is told.
#[derive(Debug, Clone)]
pub struct EngineSettings {
    /// Column width, ms; one of the allowed ones.
    pub width_ms: i64,
    /// Base edge, basis points.
    pub edge_bp: i64,
    /// What counts as a touch.
    pub crossing: Crossing,
    /// Columns by which the window of touch is longer.
    pub touch_grace_columns: i64,
    /// Returns (one a second) before any quote.
    pub warm_up_returns: u32,
    /// So long prices must be fresh before betting opens, ms.
    pub recovery_ms: i64,
    /// The venues by slot.
    pub sources: Vec<SourceSettings>,
    /// Sources that must agree.
    pub quorum: u8,
}

/// What was kept from before.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// The last tick.
    pub last_tick: Option<Tick>,
    /// The newest sealed minute and its hash.
    pub head: Option<(i64, Hash)>,
    /// Ticks after that minute.
    pub unsealed: Vec<Tick>,
    /// Volatility.
    pub volatility: Option<VolatilityState>,
    /// Ticks after the last one that it has taken in: it is kept less often than they are.
    pub unsampled: Vec<Tick>,
    /// Epochs, oldest first.
    pub epochs: Vec<Epoch>,
}

/// Whether bets are taken, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Betting {
    /// They are.
    Open,
    /// Prices are stale, or not stable for long enough again.
    PriceFeedStale {
        /// Seconds after which it may be better.
        retry_after_s: u64,
    },
    /// The price moves too wildly.
    VolatilityHalt,
    /// Too little was seen of it.
    WarmingUp,
}

impl Betting {
    /// As written in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::PriceFeedStale { .. } => "price_feed_stale",
            Self::VolatilityHalt => "volatility_halt",
            Self::WarmingUp => "warming_up",
        }
    }
}

/// What came of one step.
#[derive(Debug, Clone)]
pub struct Step {
    /// New ticks: usually one, none in a gap.
    pub ticks: Vec<Tick>,
    /// Minutes that were sealed.
    pub blocks: Vec<Block>,
    /// A tick that did not fit the chain: a fault of ours.
    pub chain_fault: Option<ChainFault>,
    /// The breaker changed.
    pub transition: Option<Transition>,
    /// A new row height begins.
    pub epoch: Option<Epoch>,
    /// What the market said.
    pub reading: IndexReading,
}

/// The engine.
#[derive(Debug)]
pub struct PriceEngine {
    settings: EngineSettings,
    market: Market,
    lattice: Lattice,
    chain: ChainBuilder,
    breaker: Breaker,
    volatility: Volatility,
    heights: Option<RowHeight>,
    /// The number of the epoch that begins where none goes on.
    first_epoch: i64,
    calibrator: Calibrator,
}

impl PriceEngine {
    /// An engine that goes on from `memory`. Ticks of an unsealed minute are taken into its block again.
    #[must_use]
    pub fn new(settings: EngineSettings, memory: Memory) -> Self {
        let mut chain = ChainBuilder::new(memory.head);
        // A stored tick that does not fit was refused when it was made, and said so then.
        for tick in &memory.unsealed {
            let _ = chain.push(tick);
        }
        let volatility =
            VolatilitySettings { warm_up_returns: settings.warm_up_returns, ..VolatilitySettings::default() };
        let mut volatility = match memory.volatility {
            Some(state) => Volatility::resume(volatility, state),
            None => Volatility::new(volatility),
        };
        memory.unsampled.iter().for_each(|tick| volatility.feed(tick));
        // A row height of another column width says nothing about this grid's, but its number is taken.
        let newest = memory.epochs.iter().map(|epoch| epoch.geometry.epoch()).max();
        let same_width = |epoch: &&Epoch| epoch.geometry.width_ms() == settings.width_ms;
        let others = memory.epochs.len() - memory.epochs.iter().rev().take_while(same_width).count();
        let heights = memory.epochs[others..].split_first();
        let heights = heights.map(|(oldest, later)| RowHeight::resume(*oldest, later));
        Self {
            market: Market::with_quorum(settings.sources.clone(), settings.quorum),
            lattice: memory.last_tick.map_or_else(Lattice::new, Lattice::resume),
            chain,
            breaker: Breaker::new(settings.quorum).with_recovery_ms(settings.recovery_ms),
            volatility,
            heights,
            first_epoch: newest.map_or(1, |newest| newest + 1),
            calibrator: Calibrator::identity(),
            settings,
        }
    }

    /// Takes one message of a venue in.
    pub fn feed(&mut self, update: &VenueUpdate) {
        self.market.feed(update);
    }

    /// One step of the lattice at `wall_ms` (Unix) and `mono_ms` (monotonic).
    pub fn step(&mut self, wall_ms: i64, mono_ms: i64) -> Step {
        let reading = self.market.index_at(mono_ms, wall_ms);
        let ticks = self.lattice.advance(&reading);
        let sealed: Vec<_> = ticks.iter().map(|tick| self.chain.push(tick)).collect();
        let chain_fault = sealed.iter().find_map(|sealed| sealed.as_ref().err().copied());
        let blocks = sealed.into_iter().filter_map(|sealed| sealed.ok().flatten()).collect();
        ticks.iter().for_each(|tick| self.volatility.feed(tick));
        let sigma_ppb = self.sigma_ppb();
        if let Some(sigma_ppb) = sigma_ppb {
            self.market.set_sigma_ppb(sigma_ppb);
        }
        let transition = self.breaker.step(reading.newest_input_age_ms, reading.live, mono_ms);
        let epoch = ticks.last().and_then(|tick| self.follow_height(tick));
        Step { ticks, blocks, chain_fault, transition, epoch, reading }
    }

    fn follow_height(&mut self, tick: &Tick) -> Option<Epoch> {
        let sigma_ppb = self.sigma_ppb();
        match &mut self.heights {
            // Before volatility is known the height stays as it is.
            Some(heights) => heights.feed(tick.ts_ms, tick.price, sigma_ppb?),
            None => {
                let sigma_ppb = sigma_ppb.unwrap_or(SIGMA_PPB_UNKNOWN);
                let begun =
                    RowHeight::begin(self.first_epoch, self.settings.width_ms, tick.price, sigma_ppb).ok()?;
                let epoch = begun.epochs().first().copied();
                self.heights = Some(begun);
                epoch
            }
        }
    }

    /// Volatility per square root of a second in ppb, if enough was seen.
    #[must_use]
    pub fn sigma_ppb(&self) -> Option<i64> {
        match self.volatility.sigma() {
            Sigma::Ready(sigma_ppb) | Sigma::Halt { sigma_ppb } => Some(sigma_ppb),
            Sigma::WarmingUp { .. } => None,
        }
    }

    /// Whether bets are taken.
    #[must_use]
    pub fn betting(&self, mono_ms: i64) -> Betting {
        if !self.breaker.bets_allowed(mono_ms) {
            return Betting::PriceFeedStale {
                retry_after_s: self.breaker.retry_after_s(mono_ms).unsigned_abs(),
            };
        }
        match self.volatility.sigma() {
            Sigma::Ready(_) if self.heights.is_some() => Betting::Open,
            Sigma::Halt { .. } => Betting::VolatilityHalt,
            Sigma::Ready(_) | Sigma::WarmingUp { .. } => Betting::WarmingUp,
        }
    }

    /// The breaker's state.
    #[must_use]
    pub fn breaker(&self) -> BreakerState {
        self.breaker.state()
    }

    /// An operator's hand on the breaker. Errors: it would bless a stale price, or for too long.
    pub fn override_breaker(
        &mut self,
        requested: BreakerOverride,
        mono_ms: i64,
    ) -> Result<(), OverrideRefusal> {
        match requested {
            BreakerOverride::Auto => self.breaker.auto(),
            BreakerOverride::Open => self.breaker.open(),
            BreakerOverride::Closed { for_ms } => return self.breaker.close(for_ms, mono_ms),
        }
        Ok(())
    }

    /// Whether columns may be resolved now.
    #[must_use]
    pub fn resolves(&self) -> bool {
        self.breaker.resolves()
    }

    /// The override in force.
    #[must_use]
    pub fn manual(&self, mono_ms: i64) -> Override {
        self.breaker.manual(mono_ms)
    }

    /// Row heights, once there was a price.
    #[must_use]
    pub fn heights(&self) -> Option<&RowHeight> {
        self.heights.as_ref()
    }

    /// The map that protects probabilities.
    #[must_use]
    pub fn calibrator(&self) -> &Calibrator {
        &self.calibrator
    }

    /// Prices with another map from now on.
    pub fn set_calibrator(&mut self, calibrator: Calibrator) {
        self.calibrator = calibrator;
    }

    /// What must be kept of the volatility.
    #[must_use]
    pub fn volatility(&self) -> &VolatilityState {
        self.volatility.state()
    }

    /// The newest sealed minute.
    #[must_use]
    pub fn head(&self) -> Option<(i64, Hash)> {
        self.chain.head()
    }

    /// The last tick.
    #[must_use]
    pub fn last_tick(&self) -> Option<Tick> {
        self.lattice.last()
    }

    /// What a quote at the last tick would say of itself; `None` before prices and volatility are known.
    #[must_use]
    pub fn facts(&self) -> Option<QuoteFacts> {
        let tick = self.lattice.last()?;
        Some(QuoteFacts {
            seq: tick.ts_ms.div_euclid(SNAPSHOT_MS),
            at_ms: tick.ts_ms,
            tick_seq: tick.seq,
            price: tick.price,
            sigma_ppb: self.sigma_ppb()?,
            crossing: self.settings.crossing.as_str(),
            calibrator_version: i64::from(self.calibrator.version()),
            touch_grace_columns: self.settings.touch_grace_columns,
        })
    }

    /// The grid priced on the last tick. `is_exposed(column)`: whether the column has used up most of its limit.
    #[must_use]
    pub fn snapshot(&self, is_exposed: impl Fn(i64) -> bool) -> Option<Snapshot> {
        let (facts, heights) = (self.facts()?, self.heights.as_ref()?);
        let current = heights.newest().column_of(facts.at_ms);
        let degraded = self.breaker.extra_edge_bp();
        let mut parts = Vec::new();
        let mut first = current + LOCK_COLUMNS + 1;
        let last = current + COLUMNS_AHEAD;
        while first <= last {
            let geometry = *heights.geometry_of(first);
            let same = |column: &i64| *heights.geometry_of(*column) == geometry;
            let end = (first..=last).take_while(same).last().unwrap_or(first);
            let edge = |column| {
                self.settings.edge_bp + degraded + if is_exposed(column) { EXPOSED_EDGE_BP } else { 0 }
            };
            let edges: Vec<_> = (first..=end).map(edge).collect();
            let low = geometry.view(facts.at_ms, facts.price).low;
            let rows = usize::try_from(ROWS).unwrap_or_default();
            parts.push(Part::price(&facts, geometry, (first, &edges), (low, rows), &self.calibrator));
            first = end + 1;
        }
        Some(Snapshot { facts: Arc::new(facts), parts })
    }
}

/// What an operator wants of the breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerOverride {
    /// The state decides.
    Auto,
    /// No bets until further notice.
    Open,
    /// Bets although the state says no.
    Closed {
        /// For how long.
        for_ms: i64,
    },
}
