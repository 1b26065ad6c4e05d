//! Trades that were learned of later, and where: for history only.

use super::adapter::{Hole, PastTrade};
use crate::domain::venue_update::Venue;

/// Where trades for history came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// The venue's history.
    History,
    /// A frame that came too late to be live, or told of a trade from before its connection.
    LateFrame,
}

/// Trades for history, never for live pricing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backfilled {
    /// Whose.
    pub venue: Venue,
    /// The range that was missing.
    pub hole: Hole,
    /// What was found of it, by growing id, each id once.
    pub trades: Vec<PastTrade>,
    /// Whether every id of the range was found.
    pub is_complete: bool,
    /// Where it was found.
    pub source: Source,
}
