//! That a transfer is in a block: its leaf, the path to the block's root, and the block.

use super::block::{Block, read_block};
use super::hash::leaf_numbers;
use super::merkle::{self, Step};
use super::queue;
use crate::rules::Recorded;
use kernel::AssetCode;
use store::{StoreError, Tx, params};

/// Blocks whose ids may overlap: ids are drawn before their commit, so neighbours overlap by seconds, never by more than a few blocks.
const BLOCKS_LOOKED_AT: i64 = 64;

/// A sealed transfer and the way to its block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inclusion {
    /// The transfer.
    pub transfer: Recorded,
    /// What it moved.
    pub asset: AssetCode,
    /// Its place in the block, from 0.
    pub index: usize,
    /// From its leaf to the root.
    pub path: Vec<Step>,
    /// Its block.
    pub block: Block,
}

impl Inclusion {
    /// The numbers of its leaf, see [`leaf_numbers`].
    #[must_use]
    pub fn leaf_numbers(&self) -> [i64; 13] {
        leaf_numbers(&self.transfer)
    }
}

/// The block of transfer `id`, and the path to it; none while it is not sealed, or where there is no such transfer.
pub fn inclusion(tx: &mut Tx<'_>, id: i64) -> Result<Option<Inclusion>, StoreError> {
    let sql = "SELECT height, at, ids, root, previous, hash FROM sealed_blocks WHERE last_id >= $1 AND first_id <= $1
               ORDER BY last_id LIMIT $2";
    let near = tx.query(sql, params![id, BLOCKS_LOOKED_AT], read_block)?;
    let place = |block: Block| block.ids.binary_search(&id).ok().map(|index| (block, index));
    let Some((block, index)) = near.into_iter().find_map(place) else { return Ok(None) };
    let mut transfers = queue::transfers(tx, &block.ids)?;
    let Some(path) = merkle::path(&queue::leaves(&transfers), index) else { return Ok(None) };
    let (transfer, asset) = transfers.swap_remove(index);
    Ok(Some(Inclusion { transfer, asset, index, path, block }))
}

/// The transfers of a block with their assets, in the order of their ids. Errors: one is not there.
pub fn sealed(tx: &mut Tx<'_>, block: &Block) -> Result<Vec<(Recorded, AssetCode)>, StoreError> {
    queue::transfers(tx, &block.ids)
}
