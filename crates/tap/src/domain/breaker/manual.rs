//! An operator's hand on the breaker. Who may and who did is the admin endpoint's business; here is what it can do.

use super::{Breaker, CRITICAL_AGE_MS, Look};

/// Bets are let through by hand for at most five minutes.
pub const CLOSED_MAX_MS: i64 = 300_000;

/// What the operator wants. Open and closed are a switch's words: an open one lets nothing through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Override {
    /// The state decides.
    Auto,
    /// No bets until further notice.
    Open,
    /// Bets although the state says no, until then or until the price is older than 10 s.
    Closed {
        /// When it ends, monotonic ms.
        until_mono_ms: i64,
    },
}

/// Why an override was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OverrideRefusal {
    /// The newest input is older than 10 s: nobody can bless that.
    #[error("the price is older than 10 seconds")]
    PriceIsStale,
    /// Not between 1 ms and 300 s.
    #[error("the breaker is closed by hand for at most 300 seconds")]
    DurationIsOutOfRange,
}

impl Breaker {
    /// The override in force at `mono_ms`.
    #[must_use]
    pub fn manual(&self, mono_ms: i64) -> Override {
        match self.manual {
            Override::Closed { until_mono_ms } if mono_ms >= until_mono_ms => Override::Auto,
            manual => manual,
        }
    }

    /// Back to what the state says.
    pub fn auto(&mut self) {
        self.manual = Override::Auto;
    }

    /// Blocks all bets, at any time, until another override.
    pub fn open(&mut self) {
        self.manual = Override::Open;
    }

    /// Lets bets through for `for_ms` although the state says no.
    pub fn close(&mut self, for_ms: i64, mono_ms: i64) -> Result<(), OverrideRefusal> {
        if !(1..=CLOSED_MAX_MS).contains(&for_ms) {
            return Err(OverrideRefusal::DurationIsOutOfRange);
        }
        if self.age_at(mono_ms).is_none_or(|age| age > CRITICAL_AGE_MS) {
            return Err(OverrideRefusal::PriceIsStale);
        }
        self.manual = Override::Closed { until_mono_ms: mono_ms.saturating_add(for_ms) };
        Ok(())
    }

    /// A closed override ends for good with its time or with the first stale look.
    pub(super) fn end_override(&mut self, look: &Look) {
        let is_stale = look.age_ms.is_none_or(|age| age > CRITICAL_AGE_MS);
        if let Override::Closed { until_mono_ms } = self.manual
            && (is_stale || look.mono_ms >= until_mono_ms)
        {
            self.manual = Override::Auto;
        }
    }
}
