//! Transfers in sealed blocks, as `docs/sealing.md` says: leaves, nodes and blocks hashed again, and how files spell them.

use crate::hex;
use sha2::{Digest, Sha256};

/// SHA-256.
pub(crate) type Hash = [u8; 32];

/// What a block is known by.
pub(crate) struct Header {
    pub(crate) height: i64,
    pub(crate) at: i64,
    pub(crate) count: i64,
    pub(crate) root: Hash,
    pub(crate) previous: Hash,
    /// As the file says it.
    pub(crate) hash: Hash,
}

/// How files spell a header: height, time and count as decimals, then root, hash before it and own hash in hex.
pub(crate) struct Spelled<'t> {
    pub(crate) numbers: [&'t str; 3],
    pub(crate) hashes: [&'t str; 3],
}

impl Header {
    /// Reads a header. Errors: a sentence that says what is wrong with it.
    pub(crate) fn read(spelled: &Spelled<'_>) -> Result<Self, String> {
        let [height, at, count] = spelled.numbers;
        let [root, previous, own] = spelled.hashes;
        Ok(Self {
            height: number(height)?,
            at: number(at)?,
            count: number(count)?,
            root: hash(root)?,
            previous: hash(previous)?,
            hash: hash(own)?,
        })
    }

    /// The hash that follows from everything else.
    pub(crate) fn hashed(&self) -> Hash {
        let bytes = big_endian(&[self.height, self.at, self.count]);
        let hasher = Sha256::new_with_prefix([2]).chain_update(bytes);
        hasher.chain_update(self.root).chain_update(self.previous).finalize().into()
    }
}

/// The leaf of a transfer.
pub(crate) fn leaf(numbers: &[i64; 13], asset: &str) -> Hash {
    Sha256::new_with_prefix([0]).chain_update(big_endian(numbers)).chain_update(asset).finalize().into()
}

/// The node above two.
pub(crate) fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new_with_prefix([1]).chain_update(left).chain_update(right).finalize().into()
}

fn big_endian(numbers: &[i64]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// A whole number in its one spelling.
pub(crate) fn number(digits: &str) -> Result<i64, String> {
    let read = digits.parse::<i64>().ok().filter(|number| number.to_string() == digits);
    read.ok_or_else(|| format!("{digits:?} is no whole number"))
}

/// A hash in lower-case hex.
pub(crate) fn hash(digits: &str) -> Result<Hash, String> {
    hex::bytes(digits).ok_or_else(|| format!("{digits:?} is no hash"))
}
