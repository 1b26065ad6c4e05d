//! Maps by our own numbers. Nobody outside chooses one, so a multiplication spreads them well enough, at a fraction of the
//! standard library's keyed hash, which guards against chosen keys.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map from an account's or a transfer's number.
pub(super) type ById<T> = HashMap<i64, T, BuildHasherDefault<IdHasher>>;

/// 2^64 divided by the golden ratio (Knuth, The Art of Computer Programming, 6.4): neighbours land far apart.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// Multiplies, and folds the well mixed upper half into the lower, from which the table takes its place.
#[derive(Debug, Clone, Copy, Default)]
pub struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(SPREAD);
    }

    fn write_i64(&mut self, number: i64) {
        self.write_u64(number.cast_unsigned());
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::hash::{BuildHasher, BuildHasherDefault};

    #[test]
    fn neighbouring_numbers_find_places_of_their_own() {
        let hash = BuildHasherDefault::<IdHasher>::default();
        let first = 192_082_624_867_467_393_i64;
        for step in [1, 2, 1 << 14, 1 << 21] {
            let places: HashSet<_> = (0..1024).map(|at| hash.hash_one(first + at * step) & 0xfff).collect();
            assert!(places.len() > 800, "{} places of 4096 for 1024 numbers {step} apart", places.len());
        }
    }
}
