//! How much of the past is kept for users who come back.

use std::time::Duration;

/// Bounds of the kept past; the first that is reached decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserHistory {
    /// How long an event is kept; five minutes is what `resume` promises at most.
    pub age: Duration,
    /// Events kept of one user. A reader further behind than this is closed and starts anew.
    pub events_per_user: usize,
    /// Events kept in all.
    pub events: usize,
    /// Bytes kept in all, both wire forms counted.
    pub bytes: usize,
}

impl Default for UserHistory {
    /// 1,024 events are five minutes of a player at the bet limit (120 a minute, two events a bet, less what is lost);
    /// 128 MiB are an eighth of what the service may use.
    fn default() -> Self {
        let age = Duration::from_secs(300);
        Self { age, events_per_user: 1_024, events: 262_144, bytes: 128 << 20 }
    }
}

impl UserHistory {
    /// The bounds of each of `parts` equal parts.
    pub(super) fn shared_by(self, parts: usize) -> Self {
        Self { events: (self.events / parts).max(1), bytes: (self.bytes / parts).max(1), ..self }
    }
}
