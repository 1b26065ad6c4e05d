//! Rate limits as values: a class (how fast, how bursty), a subject's key, a decision. How buckets are kept lives elsewhere.

use kernel::Timestamp;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};

const SECOND_NS: i64 = 1_000_000_000;

/// One token-bucket class. The bucket holds `burst` tokens and is refilled evenly with `tokens` of them each period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RateClass {
    /// Names the class in metrics and keeps the buckets of two classes apart.
    pub name: &'static str,
    /// Tokens a period, at least 1.
    pub tokens: u32,
    /// Seconds of a period, at least 1.
    pub period_s: u32,
    /// Tokens a full bucket holds, at least 1.
    pub burst: u32,
    /// Whether the address pays even when somebody is signed in: for doors at which a token must not buy anything.
    pub by_address: bool,
}

impl RateClass {
    /// So many a minute.
    #[must_use]
    pub const fn new(name: &'static str, per_minute: u32, burst: u32) -> Self {
        Self::over(name, (per_minute, 60), burst)
    }

    /// So many an hour.
    #[must_use]
    pub const fn hourly(name: &'static str, per_hour: u32, burst: u32) -> Self {
        Self::over(name, (per_hour, 3_600), burst)
    }

    /// A class; zero rates and bursts count as 1, since a class that lets nothing through is a closed route.
    const fn over(name: &'static str, (tokens, period_s): (u32, u32), burst: u32) -> Self {
        let [tokens, burst] = [if tokens == 0 { 1 } else { tokens }, if burst == 0 { 1 } else { burst }];
        Self { name, tokens, period_s, burst, by_address: false }
    }

    /// The same class, paid by the address whoever is signed in.
    #[must_use]
    pub const fn by_address(self) -> Self {
        Self { by_address: true, ..self }
    }

    /// The same class, `factor` times as generous (demo and load runs).
    #[must_use]
    pub const fn times(self, factor: u32) -> Self {
        let (tokens, burst) = (self.tokens.saturating_mul(factor), self.burst.saturating_mul(factor));
        Self { by_address: self.by_address, ..Self::over(self.name, (tokens, self.period_s), burst) }
    }

    /// Nanoseconds until one token is refilled.
    #[must_use]
    pub const fn interval_ns(self) -> i64 {
        SECOND_NS * (self.period_s as i64) / (self.tokens as i64)
    }
}

/// What the bucket said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateDecision {
    /// Whether a token was taken; if not, nothing changed.
    pub allowed: bool,
    /// The class's rate, tokens a period.
    pub limit: u32,
    /// Whole tokens left now.
    pub remaining: u32,
    /// Seconds until the bucket is full again, rounded up.
    pub reset_s: u64,
    /// Seconds until the next token, rounded up; 0 when allowed.
    pub retry_after_s: u64,
}

/// Takes tokens. Implementations bound their memory and never wait.
pub trait RateLimiter: Send + Sync + std::fmt::Debug {
    /// Takes one token of `subject`'s bucket of `class` at `now`, if there is one. `subject` comes from [`SubjectKeys`].
    fn take(&self, class: &RateClass, subject: u64, now: Timestamp) -> RateDecision;
}

/// Hashes (class, subject) into the 64-bit keys of buckets, keyed per process so that nobody can aim at another's bucket.
#[derive(Debug, Clone, Default)]
pub struct SubjectKeys(RandomState);

impl SubjectKeys {
    /// The key of `subject` (a user id, an address prefix, …) in `class`; allocates nothing.
    pub fn key(&self, class: &RateClass, subject: impl Hash) -> u64 {
        let mut hasher = self.0.build_hasher();
        class.name.hash(&mut hasher);
        subject.hash(&mut hasher);
        hasher.finish()
    }
}
