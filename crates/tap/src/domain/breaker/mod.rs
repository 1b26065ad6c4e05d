//! The circuit breaker on stale prices: a pure state machine over ages, evaluated every 100 ms.
//!
//! It fails closed: it starts CRITICAL; from there bets come back only through 30 s in which every look found a fresh
//! price with a quorum (3 s at most, and no pause between looks: what nobody saw was not stable). DEGRADED is reached from
//! HEALTHY alone, never from CRITICAL. An operator's override can block bets at any time; it can let them through only for
//! five minutes and never over a price that is older than 10 s.

mod manual;

pub use manual::{CLOSED_MAX_MS, Override, OverrideRefusal};

/// Older than this is a warning, and ends a recovery.
pub const DEGRADED_AGE_MS: i64 = 3_000;
/// Older than this, or a single source for longer than this, stops all bets.
pub const CRITICAL_AGE_MS: i64 = 10_000;
/// So long everything must be well before bets come back.
pub const RECOVERY_MS: i64 = 30_000;
/// So long everything must be well before a warning ends.
pub const CALM_MS: i64 = 3_000;
/// Two looks further apart say nothing about what was between them: ten times the usual 100 ms.
pub const LOOK_GAP_MAX_MS: i64 = 1_000;
/// Added to the edge while the price is degraded, basis points.
pub const DEGRADED_EDGE_BP: i64 = 200;

/// How well the price is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BreakerState {
    /// Fresh, with a quorum.
    Healthy,
    /// Older than 3 s or without a quorum; bets go on with a wider edge.
    Degraded,
    /// No bets.
    Critical,
    /// Fresh again, not for 30 s yet; no bets.
    Recovering,
}

impl BreakerState {
    /// As written in answers, tables and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Critical => "critical",
            Self::Recovering => "recovering",
        }
    }

    const fn lets_bets_through(self) -> bool {
        matches!(self, Self::Healthy | Self::Degraded)
    }
}

/// Why a state was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The newest input is too old.
    PriceIsStale,
    /// Fewer sources than the quorum.
    TooFewSources,
    /// Nobody looked for too long.
    NobodyLooked,
    /// The first fresh price with a quorum.
    PriceIsFresh,
    /// It stayed well for long enough.
    PriceIsStable,
}

impl Reason {
    /// As written in incidents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PriceIsStale => "price_is_stale",
            Self::TooFewSources => "too_few_sources",
            Self::NobodyLooked => "nobody_looked",
            Self::PriceIsFresh => "price_is_fresh",
            Self::PriceIsStable => "price_is_stable",
        }
    }
}

/// A change of state: a line in the log, a metric, a message, a row of `incidents`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// The state it left.
    pub from: BreakerState,
    /// The state it is in now.
    pub to: BreakerState,
    /// Why.
    pub reason: Reason,
    /// The age that was seen, ms; `None` if there never was a price.
    pub age_ms: Option<i64>,
    /// The sources that were seen.
    pub live_sources: u8,
}

/// What one look saw.
#[derive(Debug, Clone, Copy)]
struct Look {
    age_ms: Option<i64>,
    live_sources: u8,
    mono_ms: i64,
}

/// The breaker. Times are monotonic milliseconds.
#[derive(Debug, Clone)]
pub struct Breaker {
    state: BreakerState,
    quorum: u8,
    recovery_ms: i64,
    look: Option<Look>,
    /// Since when every look was well, as the present state means it.
    well_since: Option<i64>,
    /// Since when every look had too few sources.
    few_since: Option<i64>,
    manual: Override,
}

impl Breaker {
    /// A breaker that has seen nothing: CRITICAL. `quorum`: sources below which the price is degraded.
    #[must_use]
    pub fn new(quorum: u8) -> Self {
        Self {
            state: BreakerState::Critical,
            quorum,
            recovery_ms: RECOVERY_MS,
            look: None,
            well_since: None,
            few_since: None,
            manual: Override::Auto,
        }
    }

    /// The same with another time to stay well before bets come back; shorter than [`RECOVERY_MS`] only where no money is.
    #[must_use]
    pub fn with_recovery_ms(self, recovery_ms: i64) -> Self {
        Self { recovery_ms, ..self }
    }

    /// The state, whatever an override says.
    #[must_use]
    pub fn state(&self) -> BreakerState {
        self.state
    }

    /// Takes one look: the age of the newest input that stood behind the index and how many sources stand behind it.
    pub fn step(&mut self, age_ms: Option<i64>, live_sources: u8, mono_ms: i64) -> Option<Transition> {
        let was_blind = self.look.is_some_and(|last| mono_ms.saturating_sub(last.mono_ms) > LOOK_GAP_MAX_MS);
        let look = Look { age_ms, live_sources, mono_ms };
        self.look = Some(look);
        self.track_sources(&look);
        self.end_override(&look);
        let (to, reason) = self.next(&look, was_blind)?;
        let from = std::mem::replace(&mut self.state, to);
        self.well_since = (to == BreakerState::Recovering).then_some(mono_ms);
        Some(Transition { from, to, reason, age_ms, live_sources })
    }

    fn track_sources(&mut self, look: &Look) {
        let is_few = look.live_sources < self.quorum;
        self.few_since = if is_few { self.few_since.or(Some(look.mono_ms)) } else { None };
    }

    /// The table of the four states; `None` stays.
    fn next(&mut self, look: &Look, was_blind: bool) -> Option<(BreakerState, Reason)> {
        use BreakerState::{Critical, Degraded, Healthy, Recovering};
        match self.state {
            Critical => {
                (self.trouble(look, DEGRADED_AGE_MS).is_none()).then_some((Recovering, Reason::PriceIsFresh))
            }
            Recovering => match self.trouble(look, DEGRADED_AGE_MS) {
                Some(reason) => Some((Critical, reason)),
                None if was_blind => Some((Critical, Reason::NobodyLooked)),
                None => self.stayed_well(look, self.recovery_ms).then_some((Healthy, Reason::PriceIsStable)),
            },
            Healthy | Degraded if self.collapse(look).is_some() => Some((Critical, self.collapse(look)?)),
            Healthy => Some((Degraded, self.trouble(look, DEGRADED_AGE_MS)?)),
            Degraded if was_blind || self.trouble(look, DEGRADED_AGE_MS - 1).is_some() => {
                self.well_since = None;
                None
            }
            Degraded => self.stayed_well(look, CALM_MS).then_some((Healthy, Reason::PriceIsStable)),
        }
    }

    /// What makes this look a bad one.
    fn trouble(&self, look: &Look, age_max_ms: i64) -> Option<Reason> {
        if look.age_ms.is_none_or(|age| age > age_max_ms) {
            return Some(Reason::PriceIsStale);
        }
        (look.live_sources < self.quorum).then_some(Reason::TooFewSources)
    }

    /// What stops all bets at once.
    fn collapse(&self, look: &Look) -> Option<Reason> {
        if look.age_ms.is_none_or(|age| age > CRITICAL_AGE_MS) {
            return Some(Reason::PriceIsStale);
        }
        let few_for = self.few_since.map_or(0, |since| look.mono_ms.saturating_sub(since));
        (few_for > CRITICAL_AGE_MS).then_some(Reason::TooFewSources)
    }

    /// Whether this and all looks before it were well for `long_ms`.
    fn stayed_well(&mut self, look: &Look, long_ms: i64) -> bool {
        let since = *self.well_since.get_or_insert(look.mono_ms);
        look.mono_ms.saturating_sub(since) >= long_ms
    }

    /// Whether a bet may be placed or put on disk at `mono_ms`. No look for 10 s is a stale price, too.
    #[must_use]
    pub fn bets_allowed(&self, mono_ms: i64) -> bool {
        let is_stale = self.age_at(mono_ms).is_none_or(|age| age > CRITICAL_AGE_MS);
        match self.manual {
            Override::Open => false,
            _ if is_stale => false,
            Override::Closed { until_mono_ms } if mono_ms < until_mono_ms => true,
            Override::Closed { .. } | Override::Auto => self.state.lets_bets_through(),
        }
    }

    /// Whether columns may be resolved now; it pauses while CRITICAL and goes on from the watermark.
    #[must_use]
    pub fn resolves(&self) -> bool {
        self.state != BreakerState::Critical
    }

    /// Basis points to add to the edge.
    #[must_use]
    pub fn extra_edge_bp(&self) -> i64 {
        if self.state == BreakerState::Healthy { 0 } else { DEGRADED_EDGE_BP }
    }

    /// Seconds for `Retry-After`: max(1, 30 - seconds of stability).
    #[must_use]
    pub fn retry_after_s(&self, mono_ms: i64) -> i64 {
        let stable_ms = match self.state {
            BreakerState::Recovering => self.well_since.map_or(0, |since| mono_ms.saturating_sub(since)),
            _ => 0,
        };
        ((self.recovery_ms - stable_ms.clamp(0, self.recovery_ms) + 999) / 1_000).max(1)
    }

    /// The age of the newest input at `mono_ms`, as far as the last look tells.
    fn age_at(&self, mono_ms: i64) -> Option<i64> {
        let look = self.look?;
        Some(look.age_ms?.saturating_add(mono_ms.saturating_sub(look.mono_ms).max(0)))
    }
}

/// How far a bet had come when the breaker was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BetStage {
    /// Just received.
    Received,
    /// In the queue, nothing taken yet.
    Queued,
    /// On disk and told so.
    Confirmed,
}

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BetFate {
    /// It goes on.
    GoesOn,
    /// 503 with `Retry-After`.
    Refused,
    /// `bet:failed price_feed_stale`; nothing was taken.
    FailsUntouched,
}

/// What the breaker does to a bet in flight: what is confirmed stands (its column's evidence decides), what is not goes
/// no further.
#[must_use]
pub const fn fate_of(stage: BetStage, bets_allowed: bool) -> BetFate {
    match stage {
        BetStage::Received if !bets_allowed => BetFate::Refused,
        BetStage::Queued if !bets_allowed => BetFate::FailsUntouched,
        BetStage::Received | BetStage::Queued | BetStage::Confirmed => BetFate::GoesOn,
    }
}
