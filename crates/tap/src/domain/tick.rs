//! A canonical tick: the one price that settles, prices and opens the breaker.

/// Milliseconds between two points of the lattice.
pub const STEP_MS: i64 = 100;

/// What is special about a tick. A set of bits, written as a number in tables and proofs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct TickFlags(pub u8);

impl TickFlags {
    /// Nothing new came; the last price stands.
    pub const CARRIED: Self = Self(1);
    /// Came later, from a venue's history. Such a tick is never live.
    pub const BACKFILLED: Self = Self(2);
    /// Fewer sources than the quorum stood behind it.
    pub const DEGRADED: Self = Self(4);

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every bit of `other` is here.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// One point of the lattice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tick {
    /// Its number; strictly one more than the tick's before it, across gaps in time too.
    pub seq: i64,
    /// When, in Unix milliseconds; a multiple of [`STEP_MS`].
    pub ts_ms: i64,
    /// The index price in cents of BTC/USD, more than 0.
    pub price: i64,
    /// How many sources stood behind it.
    pub n_sources: u8,
    /// What is special about it.
    pub flags: TickFlags,
}
