//! The hash under which keys and requests are stored.

use sha2::{Digest, Sha256};

/// The first 63 bits of a SHA-256 over `parts`, one after the other: what is stored of a key and of a request. Parts of
/// varying length must not be able to flow into each other.
#[must_use]
pub fn hash63(parts: &[&[u8]]) -> i64 {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    let digest = hasher.finalize();
    let first = digest.iter().take(8).fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    (first >> 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_the_first_63_bits_of_sha_256_and_never_negative() {
        // SHA-256("abc") begins ba7816bf 8f01cfea.
        assert_eq!(hash63(&[b"abc"]), (0xba78_16bf_8f01_cfea_u64 >> 1).cast_signed());
        assert_eq!(hash63(&[b"a", b"bc"]), hash63(&[b"abc"]));
        assert!((0..1_000_u32).all(|number| hash63(&[&number.to_be_bytes()]) >= 0));
    }
}
