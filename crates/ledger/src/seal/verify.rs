//! Recomputing blocks from the transfers as they lie there now.

use super::block::{Block, read_block};
use super::hash::GENESIS;
use super::queue;
use store::{StoreError, Tx, params};

/// What is wrong with a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealFault {
    /// There is no block of this height, though there are later ones.
    BlockIsMissing {
        /// Its height.
        height: i64,
    },
    /// It does not name the hash of the block before it.
    ChainIsBroken {
        /// Its height.
        height: i64,
    },
    /// Its transfers, as they are now, do not give its root and hash, or one is gone.
    TransfersDiffer {
        /// Its height.
        height: i64,
    },
}

/// Recomputes the blocks of heights `from..=to`; what is wrong, lowest first. At most `limit` blocks, those from `from` on.
pub fn verify(tx: &mut Tx<'_>, from: i64, to: i64, limit: i64) -> Result<Vec<SealFault>, StoreError> {
    let sql = "SELECT height, at, ids, root, previous, hash FROM sealed_blocks
               WHERE height >= $1 AND height <= $2 ORDER BY height LIMIT $3";
    let from = from.max(1);
    let mut before = tx.query_opt(sql, params![from - 1, from - 1, 1], read_block)?;
    let (mut faults, mut expected) = (Vec::new(), from);
    for block in tx.query(sql, params![from, to, limit], read_block)? {
        while expected < block.height {
            faults.push(SealFault::BlockIsMissing { height: expected });
            expected += 1;
        }
        faults.extend(fault_of(tx, before.as_ref(), &block)?);
        expected = block.height + 1;
        before = Some(block);
    }
    Ok(faults)
}

fn fault_of(tx: &mut Tx<'_>, before: Option<&Block>, block: &Block) -> Result<Option<SealFault>, StoreError> {
    let height = block.height;
    if block.previous != before.map_or(GENESIS, |block| block.hash) {
        return Ok(Some(SealFault::ChainIsBroken { height }));
    }
    let leaves = match queue::transfers(tx, &block.ids) {
        Ok(transfers) => queue::leaves(&transfers),
        Err(StoreError::Corrupt(_)) => return Ok(Some(SealFault::TransfersDiffer { height })),
        Err(other) => return Err(other),
    };
    let again = Block::after(before, block.at, block.ids.clone(), &leaves);
    let is_same = again.is_some_and(|again| again.root == block.root && again.hash == block.hash);
    Ok((!is_same).then_some(SealFault::TransfersDiffer { height }))
}
