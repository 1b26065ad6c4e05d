//! Which (user, key) have made a booking: a Bloom filter, so that a sold-out zone can refuse a new request without
//! touching the database. "Surely new" is never wrong; the opposite only means that the database must be asked.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// 2^27 bits are 16 MiB: ten million keys at 13 bits each, one in 500 asked needlessly.
const BITS_LOG2: u32 = 27;
/// Bits set per key.
const PROBES: u64 = 5;

/// The filter. Only what one process alone writes can be known this way; elsewhere it is never complete.
#[derive(Debug)]
pub struct KnownKeys {
    words: Box<[AtomicU64]>,
    complete: AtomicBool,
}

impl Default for KnownKeys {
    fn default() -> Self {
        let words = (0..1_usize << (BITS_LOG2 - 6)).map(|_| AtomicU64::new(0)).collect();
        Self { words, complete: AtomicBool::new(false) }
    }
}

impl KnownKeys {
    /// Notes a key. Doing so before its commit is harmless.
    pub fn note(&self, user: i64, key: i64) {
        for (word, bit) in probes(user, key) {
            self.words[word].fetch_or(bit, Ordering::Relaxed);
        }
    }

    /// Every key of before has been noted; from now on the filter's word counts.
    pub fn set_complete(&self) {
        self.complete.store(true, Ordering::Release);
    }

    /// Whether no booking was ever made with this key.
    #[must_use]
    pub fn surely_new(&self, user: i64, key: i64) -> bool {
        self.complete.load(Ordering::Acquire)
            && probes(user, key).any(|(word, bit)| self.words[word].load(Ordering::Relaxed) & bit == 0)
    }
}

/// Word and bit of each probe, by double hashing. `key` is a hash already; `user` is spread over it.
fn probes(user: i64, key: i64) -> impl Iterator<Item = (usize, u64)> {
    let mixed = mix(user.cast_unsigned() ^ mix(key.cast_unsigned()));
    let (first, step) = (mixed, mix(mixed) | 1);
    (0..PROBES).map(move |probe| {
        let bit = first.wrapping_add(probe.wrapping_mul(step)) >> (64 - BITS_LOG2);
        (usize::try_from(bit >> 6).unwrap_or_default(), 1 << (bit & 63))
    })
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_surely_new_before_everything_old_was_noted() {
        let keys = KnownKeys::default();
        assert!(!keys.surely_new(1, 1));
        keys.note(1, 1);
        keys.set_complete();
        assert!(!keys.surely_new(1, 1));
        assert!(keys.surely_new(1, 2) && keys.surely_new(2, 1));
    }

    #[test]
    fn few_new_keys_are_taken_for_old_ones() {
        let keys = KnownKeys::default();
        (0..100_000).for_each(|number| keys.note(number, number * 7));
        keys.set_complete();
        assert!((0..100_000).all(|number| !keys.surely_new(number, number * 7)));
        let wrong = (0..100_000).filter(|number| !keys.surely_new(*number, number * 7 + 1)).count();
        assert!(wrong < 10, "{wrong} of 100,000");
    }
}
