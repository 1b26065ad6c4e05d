//! The in-process token bucket: sharded maps of one moment per subject, bounded in memory.
//!
//! A bucket is kept as the moment at which it will be full ("theoretical arrival time", GCRA), which equals a token
//! bucket exactly and needs eight bytes. A full bucket and no bucket are the same thing, so idle ones are dropped freely.

use crate::{RateClass, RateDecision, RateLimiter};
use kernel::Timestamp;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Locks the buckets are spread over: enough that the cores of one machine rarely meet on one.
const SHARDS: usize = 64;
/// Buckets of one shard. 64 x 32,768 is two million busy subjects in about 100 MB, more than one node can serve a minute.
const SHARD_BUCKETS_MAX: usize = 32_768;
/// Below this many buckets a shard is not worth sweeping.
const SHARD_SWEEP_MIN: usize = 1_024;

/// Full moments by subject key, in nanoseconds since 1970.
type Buckets = HashMap<u64, i64, BuildHasherDefault<AlreadyHashed>>;

/// The in-process [`RateLimiter`]: a look-up and a few additions under one of 64 locks.
#[derive(Debug)]
pub struct LocalLimiter {
    shards: Vec<Mutex<Shard>>,
}

#[derive(Debug)]
struct Shard {
    full_at_ns: Buckets,
    /// The number of buckets at which the idle ones are swept out next.
    sweep_at: usize,
}

impl LocalLimiter {
    /// A limiter in which every bucket is full.
    #[must_use]
    pub fn new() -> Self {
        let shard = || Mutex::new(Shard { full_at_ns: Buckets::default(), sweep_at: SHARD_SWEEP_MIN });
        Self { shards: (0..SHARDS).map(|_| shard()).collect() }
    }

    /// Buckets that are kept at present, for metrics and tests.
    #[must_use]
    pub fn buckets(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().full_at_ns.len()).sum()
    }
}

impl Default for LocalLimiter {
    fn default() -> Self {
        Self::new()
    }
}

impl RateLimiter for LocalLimiter {
    fn take(&self, class: &RateClass, subject: u64, now: Timestamp) -> RateDecision {
        let now_ns = now.as_micros().saturating_mul(1_000);
        // The map uses the lowest and highest bits of the key; the shard is chosen by bits from between.
        let shard = usize::try_from((subject >> 32) % SHARDS as u64).unwrap_or(0);
        let mut shard = self.shards[shard].lock();
        let full_at_ns = shard.full_at_ns.get(&subject).copied().unwrap_or(now_ns);
        let (decision, full_at_ns) = decide(class, full_at_ns, now_ns);
        if decision.allowed {
            shard.keep(subject, full_at_ns, now_ns);
        }
        decision
    }
}

impl Shard {
    fn keep(&mut self, subject: u64, full_at_ns: i64, now_ns: i64) {
        if self.full_at_ns.len() >= self.sweep_at {
            self.sweep(now_ns);
        }
        self.full_at_ns.insert(subject, full_at_ns);
    }

    /// Drops full buckets. The next sweep comes after as many insertions as stayed, so sweeping costs O(1) a request.
    fn sweep(&mut self, now_ns: i64) {
        self.full_at_ns.retain(|_, full_at_ns| *full_at_ns > now_ns);
        if self.full_at_ns.len() * 2 > SHARD_BUCKETS_MAX {
            // Memory stays bounded even under a flood of addresses: forgiving everybody of this shard once is the lesser evil.
            self.full_at_ns.clear();
        }
        self.sweep_at = (self.full_at_ns.len() * 2).max(SHARD_SWEEP_MIN);
    }
}

/// One token from a bucket that will be full at `full_at_ns`. Returns the answer and the bucket afterwards.
fn decide(class: &RateClass, full_at_ns: i64, now_ns: i64) -> (RateDecision, i64) {
    let interval = class.interval_ns();
    let capacity = interval.saturating_mul(i64::from(class.burst));
    // A clock that stepped back must not make anybody wait longer than an empty bucket does.
    let missing = full_at_ns.saturating_sub(now_ns).clamp(0, capacity);
    let after = missing + interval;
    let allowed = after <= capacity;
    let missing = if allowed { after } else { missing };
    let decision = RateDecision {
        allowed,
        limit: class.tokens,
        remaining: u32::try_from((capacity - missing) / interval).unwrap_or(0),
        reset_s: seconds_up(missing),
        retry_after_s: if allowed { 0 } else { seconds_up(after - capacity).max(1) },
    };
    (decision, now_ns.saturating_add(missing))
}

fn seconds_up(ns: i64) -> u64 {
    u64::try_from(ns).unwrap_or(0).div_ceil(1_000_000_000)
}

/// Subject keys are hashes already; hashing them again would be half the cost of a decision.
#[derive(Debug, Default)]
struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}
