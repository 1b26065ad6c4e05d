//! The bytes that are hashed: a transfer's leaf, the nodes of the tree, a block. docs/sealing.md has them for other languages.
//!
//! Pure. Each kind of text begins with a byte of its own, so that none can be taken for another (as in RFC 6962).

use crate::rules::{Recorded, TransferKind};
use kernel::{AssetCode, Timestamp};
use sha2::{Digest, Sha256};

/// A SHA-256.
pub type Hash = [u8; 32];

/// What stands before the first block.
pub const GENESIS: Hash = [0; 32];

const LEAF: u8 = 0;
const NODE: u8 = 1;
const BLOCK: u8 = 2;

/// The leaf of a transfer between accounts of `asset`.
#[must_use]
pub fn leaf(recorded: &Recorded, asset: &AssetCode) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([LEAF]);
    for number in leaf_numbers(recorded) {
        hasher.update(number.to_be_bytes());
    }
    hasher.update(asset.as_str().as_bytes());
    hasher.finalize().into()
}

/// The thirteen numbers of a leaf, in their order; what a kind does not have is 0.
#[must_use]
pub fn leaf_numbers(recorded: &Recorded) -> [i64; 13] {
    let transfer = &recorded.transfer;
    let (kind, pending, expires_at) = match transfer.kind {
        TransferKind::Single => (1, 0, 0),
        TransferKind::Pending { expires_at } => (2, 0, expires_at.as_micros()),
        TransferKind::Post { pending } => (3, pending, 0),
        TransferKind::Void { pending } => (4, pending, 0),
    };
    [
        transfer.id,
        kind,
        transfer.debit,
        transfer.credit,
        transfer.amount,
        pending,
        expires_at,
        transfer.code,
        recorded.at.as_micros(),
        recorded.debit_after.posted,
        recorded.debit_after.pending,
        recorded.credit_after.posted,
        recorded.credit_after.pending,
    ]
}

/// The node above two others.
#[must_use]
pub fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([NODE]).chain_update(left).chain_update(right).finalize().into()
}

/// The hash of a block: its height (from 1), when it was sealed, how many leaves, their root, and the block before it.
#[must_use]
pub fn block(height: i64, at: Timestamp, leaf_count: usize, root: &Hash, previous: &Hash) -> Hash {
    Sha256::new()
        .chain_update([BLOCK])
        .chain_update(height.to_be_bytes())
        .chain_update(at.as_micros().to_be_bytes())
        .chain_update((leaf_count as u64).to_be_bytes())
        .chain_update(root)
        .chain_update(previous)
        .finalize()
        .into()
}
