//! Keys of attempts: what is kept of the hidden field that makes a double click one attempt.

use sha2::{Digest, Sha256};

/// The first 63 bits of a SHA-256 over `parts`.
#[must_use]
pub fn fingerprint(parts: &[&[u8]]) -> i64 {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    let first = hasher.finalize().iter().take(8).fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    (first >> 1).cast_signed()
}
