//! The two clocks of a feed: one that only moves forward, for ages, and the wall's, for records.

use super::intake::Received;
use kernel::Clock;
use std::sync::Arc;
use std::time::Instant;

/// Both clocks. Clones count from the same origin, so that everything that compares ages holds a clone of one.
#[derive(Debug, Clone)]
pub struct Clocks {
    origin: Instant,
    wall: Arc<dyn Clock>,
}

impl Clocks {
    /// Clocks whose monotonic milliseconds begin now at 0.
    #[must_use]
    pub fn new(wall: Arc<dyn Clock>) -> Self {
        Self { origin: Instant::now(), wall }
    }

    /// Milliseconds since the origin; jumps of the wall clock do not touch it.
    #[must_use]
    pub fn mono_ms(&self) -> i64 {
        i64::try_from(self.origin.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    /// Unix milliseconds of the wall clock.
    #[must_use]
    pub fn wall_ms(&self) -> i64 {
        self.wall.now().as_micros().div_euclid(1_000)
    }

    /// Both at once.
    #[must_use]
    pub fn now(&self) -> Received {
        Received { mono_ms: self.mono_ms(), recv_ms: self.wall_ms() }
    }
}
