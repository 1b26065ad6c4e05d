//! The two clocks of a feed: one that only moves forward, for ages, and the wall's, for records.

use super::intake::Received;
use kernel::Clock;
use std::sync::Arc;
use std::time::Instant;

/// Both clocks. Clones count from the same origin, so that everything that compares ages holds a clone of one.
#[derive(Debug, Clone)]
pub struct Clocks {
    origin: Instant,
    /// What the wall showed at the origin.
    origin_ms: i64,
    wall: Arc<dyn Clock>,
}

impl Clocks {
    /// Clocks whose monotonic milliseconds begin now at 0.
    #[must_use]
    pub fn new(wall: Arc<dyn Clock>) -> Self {
        let origin_ms = wall.now().as_micros().div_euclid(1_000);
        Self { origin: Instant::now(), origin_ms, wall }
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

    /// Unix nanoseconds that only move forward: the wall at the origin plus what passed since.
    #[must_use]
    pub const fn steady_ns(&self, mono_ms: i64) -> i64 {
        self.origin_ms.saturating_add(mono_ms).saturating_mul(1_000_000)
    }

    /// Both at once.
    #[must_use]
    pub fn now(&self) -> Received {
        Received { mono_ms: self.mono_ms(), recv_ms: self.wall_ms() }
    }
}
