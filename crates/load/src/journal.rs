//! The journal of what was acknowledged: how many entries are looked up after the load, and which.

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

/// Up to this many acknowledged entries all are verified; of more, this many drawn by the seed.
/// It is three times the least sample that finds a loss of 1 in 30,000 with near certainty, and takes seconds.
pub const VERIFIED_MAX: usize = 300_000;
/// Entries per look-up, the server's limit.
pub const LOOKUP_MAX: usize = 500;
/// Broken promises shown one by one; the rest is only counted.
pub const EXAMPLES_MAX: usize = 5;

/// At most `count` of the entries, each as likely as the others.
#[must_use]
pub fn sample<E>(mut entries: Vec<E>, count: usize, seed: u64) -> Vec<E> {
    if entries.len() > count {
        let mut rng = SmallRng::seed_from_u64(seed);
        for at in 0..count {
            let other = rng.random_range(at..entries.len());
            entries.swap(at, other);
        }
        entries.truncate(count);
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_has_the_size_asked_for_and_no_entry_twice() {
        let entries: Vec<u8> = (0..200).collect();
        let drawn = sample(entries.clone(), 50, 9);
        let distinct: std::collections::BTreeSet<u8> = drawn.iter().copied().collect();
        assert_eq!((drawn.len(), distinct.len()), (50, 50));
        assert_eq!(drawn, sample(entries.clone(), 50, 9));
        assert_ne!(drawn, sample(entries.clone(), 50, 10));
        assert_eq!(sample(entries.clone(), 200, 9), entries);
    }
}
