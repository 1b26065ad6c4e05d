//! What the market says at one moment.

use super::drops::Drop;
use crate::domain::venue_update::{PriceE8, Venue};

/// The index at a moment, with everything the lattice, the breaker and the health page want to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexReading {
    /// When, in milliseconds of the monotonic clock.
    pub mono_ms: i64,
    /// When, in Unix milliseconds; for the lattice alone.
    pub wall_ms: i64,
    /// The index in cents, more than 0; `None` while nothing can be believed.
    pub price_cents: Option<i64>,
    /// Sources that stand behind it.
    pub live: u8,
    /// No quorum, or no majority, stands behind it.
    pub degraded: bool,
    /// Age of the newest message of a source that stood behind the index; `None` before the first one.
    pub newest_input_age_ms: Option<i64>,
    /// Each venue, by slot.
    pub sources: Vec<SourceState>,
    /// What was dropped at this moment.
    pub drops: Vec<Drop>,
}

/// Where a venue stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Its value is part of the index.
    Live,
    /// Its value contradicts the others or the last index.
    Contradicted,
    /// It was dropped too often; for 30 s nobody listens to it.
    Quarantined,
    /// A USDT venue while no dollar venue says what USDT is worth.
    WithoutBasis,
    /// It says nothing that is new enough.
    Silent,
}

impl Standing {
    /// As written in health and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Contradicted => "contradicted",
            Self::Quarantined => "quarantined",
            Self::WithoutBasis => "without_basis",
            Self::Silent => "silent",
        }
    }
}

/// One venue at a moment, for health.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceState {
    /// Which.
    pub venue: Venue,
    /// Where it stands.
    pub standing: Standing,
    /// Its value in dollars, basis corrected.
    pub price: Option<PriceE8>,
    /// Age of its newest believed message or heartbeat, monotonic ms.
    pub input_age_ms: Option<i64>,
    /// Our wall clock less its clock: the smallest difference of the last minute, ms.
    pub clock_offset_ms: Option<i64>,
    /// The clocks differ by more than 500 ms.
    pub clock_alarm: bool,
    /// How far USDT stands from the dollar there, millionths; USDT venues only.
    pub basis_ppm: Option<i64>,
}
