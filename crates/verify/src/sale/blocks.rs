//! The sealed blocks: hashed again, chained, and compared with a head that somebody kept.

use super::file::{Leaf, Sale};
use crate::claim::{Finding, RuleResult, ensure};
use crate::hex;
use crate::sealed::{self, Hash};

/// Every block has its hash and names the one before it; none is left out.
pub(super) fn chain(sale: &Sale) -> RuleResult {
    for block in &sale.blocks {
        ensure(block.header.hashed() == block.header.hash, || {
            format!("block {} has another hash", block.header.height)
        })?;
    }
    for pair in sale.blocks.windows(2) {
        let follows = pair[1].header.height == pair[0].header.height + 1
            && pair[1].header.previous == pair[0].header.hash;
        ensure(follows, || {
            format!("block {} does not follow block {}", pair[1].header.height, pair[0].header.height)
        })?;
    }
    let (Some(first), Some(last)) = (sale.blocks.first(), sale.blocks.last()) else {
        return Err("there is no block".to_owned());
    };
    Ok(Finding::Proven(format!(
        "blocks {} to {} are hashed and chained",
        first.header.height, last.header.height
    )))
}

/// The hash that somebody kept is one of theirs.
pub(super) fn head(sale: &Sale, kept: Option<&str>) -> RuleResult {
    let last = sale.blocks.last().map(|block| hex::print(&block.header.hash)).unwrap_or_default();
    let Some(kept) = kept else {
        return Ok(Finding::Given(format!("the last block is {last}: nothing was compared with it")));
    };
    let found = sale.blocks.iter().find(|block| hex::print(&block.header.hash) == kept);
    let block = found.ok_or_else(|| "no block has the hash that was kept".to_owned())?;
    Ok(Finding::Proven(format!(
        "block {} has the hash that was kept: nothing up to it was changed since",
        block.header.height
    )))
}

/// Where a block holds transfers of the sale, all of its leaves give its root.
pub(super) fn leaves(sale: &Sale) -> RuleResult {
    let (mut blocks, mut own) = (0, 0);
    for block in &sale.blocks {
        let Some(leaves) = &block.leaves else { continue };
        ensure(i64::try_from(leaves.len()) == Ok(block.header.count), || {
            format!("block {} has {} leaves", block.header.height, leaves.len())
        })?;
        ensure(root(leaves) == Some(block.header.root), || {
            format!("the leaves of block {} give another root", block.header.height)
        })?;
        blocks += 1;
        own += leaves.iter().filter(|leaf| matches!(leaf, Leaf::Own(_))).count();
    }
    Ok(Finding::Proven(format!("{own} transfers of the sale are in {blocks} blocks")))
}

fn root(leaves: &[Leaf]) -> Option<Hash> {
    let mut level: Vec<Hash> = leaves.iter().map(leaf).collect();
    while level.len() > 1 {
        level = level.chunks(2).map(above).collect();
    }
    level.pop()
}

fn above(pair: &[Hash]) -> Hash {
    match pair {
        [left, right] => sealed::node(left, right),
        _ => pair[0],
    }
}

fn leaf(leaf: &Leaf) -> Hash {
    match leaf {
        Leaf::Other(hash) => *hash,
        Leaf::Own(transfer) => sealed::leaf(&transfer.numbers, &transfer.asset),
    }
}
