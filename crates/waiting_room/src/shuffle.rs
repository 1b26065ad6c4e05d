//! The one shuffle of those who came early. Whoever has the secret and every contribution finds the same order.
//!
//! `docs/waiting-room.md` says what is hashed; the verifier computes it again without this code.

use crate::entry::CONTRIBUTION_BYTES;
use sha2::{Digest, Sha256};

/// A SHA-256.
pub type Hash = [u8; 32];

/// What is shown before anybody joins, so that the secret cannot be chosen later.
#[must_use]
pub fn commitment(secret: &[u8; 32]) -> Hash {
    hash(&[b"fairground shuffle secret 1\n", secret])
}

/// The head of the contributions before the first.
#[must_use]
pub fn first_head(commitment: &Hash) -> Hash {
    hash(&[b"fairground shuffle contributions 1\n", commitment])
}

/// The head after one more contribution. A joiner is told the head that ends with the own one: a contribution that is
/// dropped or changed later gives another.
#[must_use]
pub fn next_head(head: &Hash, place: i64, contribution: &[u8; CONTRIBUTION_BYTES]) -> Hash {
    hash(&[head, &place.to_be_bytes(), contribution])
}

/// What the order follows from.
#[must_use]
pub fn seed(secret: &[u8; 32], head: &Hash) -> Hash {
    hash(&[b"fairground shuffle seed 1\n", secret, head])
}

/// The places in their order.
#[must_use]
pub fn order(seed: &Hash, places: impl IntoIterator<Item = i64>) -> Vec<i64> {
    let key = |place: i64| hash(&[b"fairground shuffle key 1\n", seed, &place.to_be_bytes()]);
    let mut keyed: Vec<_> = places.into_iter().map(|place| (key(place), place)).collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, place)| place).collect()
}

fn hash(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_stands_once_and_each_contribution_changes_the_order() {
        let secret = [7; 32];
        let head = |last: u8| {
            let head = next_head(&first_head(&commitment(&secret)), 1, &[1; CONTRIBUTION_BYTES]);
            next_head(&head, 2, &[last; CONTRIBUTION_BYTES])
        };
        let ordered = |last| order(&seed(&secret, &head(last)), 1..=50);
        let mut sorted = ordered(2);
        assert_ne!(sorted, ordered(3));
        assert_eq!(sorted, ordered(2));
        sorted.sort_unstable();
        assert!(sorted.into_iter().eq(1..=50));
    }

    #[test]
    fn no_place_is_favoured() {
        let mut firsts = [0_u32; 10];
        for number in 0..5_000_u32 {
            let mut seed = [0; 32];
            seed[..4].copy_from_slice(&number.to_be_bytes());
            let first = order(&seed, 1..=10)[0];
            firsts[usize::try_from(first - 1).expect("a place")] += 1;
        }
        // 500 each on average; five standard deviations are 106.
        assert!(firsts.iter().all(|count| (394..=606).contains(count)), "{firsts:?}");
    }
}
