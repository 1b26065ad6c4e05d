//! Leaves, nodes and blocks, hashed again.

use super::inclusion::Inclusion;
use sha2::{Digest, Sha256};

pub(super) type Hash = [u8; 32];

pub(super) fn leaf(numbers: &[i64; 13], asset: &str) -> Hash {
    let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
    Sha256::new_with_prefix([0]).chain_update(bytes).chain_update(asset).finalize().into()
}

pub(super) fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new_with_prefix([1]).chain_update(left).chain_update(right).finalize().into()
}

pub(super) fn block(proof: &Inclusion) -> Hash {
    let numbers = [proof.height, proof.at, proof.count];
    let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
    Sha256::new_with_prefix([2])
        .chain_update(bytes)
        .chain_update(proof.root)
        .chain_update(proof.previous)
        .finalize()
        .into()
}
