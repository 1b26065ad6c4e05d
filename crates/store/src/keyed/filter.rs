//! Bloom filters over places of the locator tree, so that what is surely new need not be looked up.
//! "Surely new" is never wrong; the opposite only means that the database must be asked.

use crate::locator::Kind;
use kernel::Timestamp;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};

/// Bits set per key.
const PROBES: u32 = 5;
/// Words of a block: all bits of a key lie in one, which is one line of the processor's cache.
const BLOCK_WORDS: usize = 8;
/// Bits that choose a bit of a block.
const BLOCK_LOG2: u32 = 9;

/// What was recorded since a beginning.
#[derive(Debug)]
struct Filter {
    words: Box<[AtomicU64]>,
    bits_log2: u32,
}

impl Filter {
    fn new(bits_log2: u32) -> Self {
        let words = (0..1_usize << (bits_log2 - 6)).map(|_| AtomicU64::new(0)).collect();
        Self { words, bits_log2 }
    }

    fn record(&self, hash: u64) {
        for (word, bit) in self.probes(hash) {
            self.words[word].fetch_or(bit, Ordering::Relaxed);
        }
    }

    fn lacks(&self, hash: u64) -> bool {
        self.probes(hash).any(|(word, bit)| self.words[word].load(Ordering::Relaxed) & bit == 0)
    }

    fn clear(&self) {
        self.words.iter().for_each(|word| word.store(0, Ordering::Relaxed));
    }

    /// Word and bit of each probe: the hash's highest bits choose the block, another hash the bits in it.
    fn probes(&self, hash: u64) -> impl Iterator<Item = (usize, u64)> {
        let block = usize::try_from(hash >> (64 + BLOCK_LOG2 - self.bits_log2)).unwrap_or_default();
        let bits = mix(hash);
        (0..PROBES).map(move |probe| {
            let bit = (bits >> (probe * BLOCK_LOG2)) & ((1 << BLOCK_LOG2) - 1);
            (block * BLOCK_WORDS + usize::try_from(bit >> 6).unwrap_or_default(), 1 << (bit & 63))
        })
    }
}

/// `key` may be a hash already; `owner` and `kind` are spread over it.
fn hash(owner: i64, kind: Kind, key: i64) -> u64 {
    mix(owner.cast_unsigned() ^ mix(key.cast_unsigned() ^ mix(kind.cast_unsigned())))
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// Keys that matter for ever.
#[derive(Debug)]
pub(super) struct KnownKeys {
    filter: Filter,
    complete: AtomicBool,
}

impl Default for KnownKeys {
    /// 16 MiB: ten million keys at 13 bits each, one in 300 asked needlessly.
    fn default() -> Self {
        Self { filter: Filter::new(27), complete: AtomicBool::new(false) }
    }
}

impl KnownKeys {
    /// Records a key. Doing so before its commit is harmless.
    pub(super) fn record(&self, owner: i64, kind: Kind, key: i64) {
        self.filter.record(hash(owner, kind, key));
    }

    /// Every key of before has been recorded; from now on the filter's word counts.
    pub(super) fn set_complete(&self) {
        self.complete.store(true, Ordering::Release);
    }

    /// Whether `owner` surely has nothing under this key.
    pub(super) fn surely_new(&self, owner: i64, kind: Kind, key: i64) -> bool {
        self.complete.load(Ordering::Acquire) && self.filter.lacks(hash(owner, kind, key))
    }
}

/// Keys that matter for a while after they were recorded: two filters take turns, and the older one is emptied.
#[derive(Debug)]
pub(super) struct RecentKeys {
    filters: [Filter; 2],
    /// Which of them is recorded in.
    current: AtomicUsize,
    /// When that began, Unix microseconds.
    since: AtomicI64,
    period_us: i64,
    complete: AtomicBool,
}

impl RecentKeys {
    /// Keys stay known for `period_s` seconds at least. Twice 8 MiB: three million keys a period at 22 bits each, nine million
    /// at 7, one in 34 of them asked needlessly.
    pub(super) fn new(period_s: i64) -> Self {
        Self {
            filters: [Filter::new(26), Filter::new(26)],
            current: AtomicUsize::new(0),
            since: AtomicI64::new(i64::MIN),
            period_us: period_s.saturating_mul(1_000_000),
            complete: AtomicBool::new(false),
        }
    }

    /// How long keys stay known at least, seconds.
    pub(super) const fn period_s(&self) -> i64 {
        self.period_us / 1_000_000
    }

    /// Begins a new period when the last one is over. One thread alone calls this, before it records what is new at `now`.
    pub(super) fn turn(&self, now: Timestamp) {
        let since = self.since.load(Ordering::Relaxed);
        if now.as_micros().saturating_sub(since) < self.period_us {
            return;
        }
        let next = 1 - self.current.load(Ordering::Relaxed);
        self.filters[next].clear();
        self.current.store(next, Ordering::Release);
        self.since.store(now.as_micros(), Ordering::Relaxed);
    }

    /// Records a key. Doing so before its commit is harmless.
    pub(super) fn record(&self, owner: i64, kind: Kind, key: i64) {
        self.filters[self.current.load(Ordering::Acquire)].record(hash(owner, kind, key));
    }

    /// Every key of the last period has been recorded; from now on the filters' word counts.
    pub(super) fn set_complete(&self) {
        self.complete.store(true, Ordering::Release);
    }

    /// Whether `owner` surely got nothing under this key in the last period.
    pub(super) fn surely_new(&self, owner: i64, kind: Kind, key: i64) -> bool {
        let hash = hash(owner, kind, key);
        self.complete.load(Ordering::Acquire) && self.filters.iter().all(|filter| filter.lacks(hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_surely_new_before_everything_old_was_recorded() {
        let keys = KnownKeys::default();
        assert!(!keys.surely_new(1, 1, 1));
        keys.record(1, 1, 1);
        keys.set_complete();
        assert!(!keys.surely_new(1, 1, 1));
        assert!(keys.surely_new(1, 1, 2) && keys.surely_new(2, 1, 1) && keys.surely_new(1, 2, 1));
    }

    #[test]
    fn few_new_keys_are_taken_for_old_ones() {
        let keys = KnownKeys::default();
        (0..100_000).for_each(|number| keys.record(number, 1, number * 7));
        keys.set_complete();
        assert!((0..100_000).all(|number| !keys.surely_new(number, 1, number * 7)));
        let wrong = |keys: &KnownKeys| {
            (0..100_000).filter(|number| !keys.surely_new(*number, 1, number * 7 + 1)).count()
        };
        assert!(wrong(&keys) < 10, "{} of 100,000", wrong(&keys));
        (100_000..10_000_000).for_each(|number| keys.record(number, 1, number * 7));
        assert!((100..1_000).contains(&wrong(&keys)), "{} of 100,000 among ten million", wrong(&keys));
    }

    #[test]
    fn recent_keys_are_known_for_a_period_and_forgotten_after_two() {
        let at = |second: i64| Timestamp::from_micros(second * 1_000_000);
        let keys = RecentKeys::new(60);
        assert!(!keys.surely_new(1, 1, 1), "what was before is not known yet");
        keys.set_complete();
        for second in 0..600 {
            keys.turn(at(second));
            keys.record(second, 1, 7);
            for age in 0..=second {
                let known = !keys.surely_new(second - age, 1, 7);
                assert!(known || age > 60, "of {age} seconds ago");
                assert!(!known || age <= 120, "of {age} seconds ago");
            }
        }
    }

    #[test]
    fn a_clock_that_steps_back_or_far_ahead_forgets_nothing_too_early() {
        let at = |second: i64| Timestamp::from_micros(second * 1_000_000);
        let keys = RecentKeys::new(60);
        keys.set_complete();
        for (second, owner) in [(1_000, 1), (900, 2), (1_059, 3)] {
            keys.turn(at(second));
            keys.record(owner, 1, 1);
        }
        assert!([1, 2, 3].iter().all(|owner| !keys.surely_new(*owner, 1, 1)));
        keys.turn(at(1_000_000));
        keys.record(4, 1, 1);
        assert!([1, 2, 3, 4].iter().all(|owner| !keys.surely_new(*owner, 1, 1)));
        keys.turn(at(1_000_061));
        assert!([1, 2, 3].iter().all(|owner| keys.surely_new(*owner, 1, 1)));
        assert!(!keys.surely_new(4, 1, 1));
    }
}
