//! The blocks in which transfers are sealed: each transfer in one of them, and each block over its transfers and the block before it.
//! The tree and the hashes are written here again.

use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::source::{Row, Source};
use crate::transfer::Transfer;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

type Hash = [u8; 32];

/// Names the queue where a block is meant.
const QUEUE: u32 = u32::MAX;

/// A row of the blocks, but for its ids.
struct Block {
    height: i64,
    at: i64,
    leaf_count: usize,
    root: Vec<u8>,
    previous: Vec<u8>,
    hash: Vec<u8>,
}

/// What is sealed or waits, compared with the transfers as they are replayed.
pub(crate) struct Seal {
    blocks: Vec<Block>,
    /// Which block each id is in, ascending by id; [`QUEUE`] where it waits.
    places: Vec<(i64, u32)>,
    /// The next of the places.
    at: usize,
    /// Ids between which everything waits: of a database that is older than its blocks.
    ranges: Vec<(i64, i64)>,
    /// Leaves of blocks of which not all transfers were seen.
    open: BTreeMap<u32, Vec<Hash>>,
    once: Claim,
    followed: Claim,
}

impl Seal {
    /// Reads which ids are where. None: there are no blocks in this database.
    pub(crate) fn read(source: &mut Source) -> Result<Option<Self>, CheckFault> {
        if !source.has_table("sealed_blocks")? {
            return Ok(None);
        }
        let (mut blocks, mut places, mut ranges) = (Vec::new(), Vec::new(), Vec::new());
        source.for_each(
            "SELECT ids, height, at, root, previous, hash FROM sealed_blocks ORDER BY height",
            |row| {
                let number = u32::try_from(blocks.len()).unwrap_or(QUEUE - 1);
                let ids = read_ids(row)?;
                places.extend(ids.iter().map(|id| (*id, number)));
                blocks.push(read_block(row, ids.len())?);
                Ok(())
            },
        )?;
        source.for_each("SELECT ids, first_id, last_id FROM seal_queue ORDER BY seq", |row| {
            match (row.opt_int(1)?, row.opt_int(2)?) {
                (Some(first), Some(last)) => ranges.push((first, last)),
                _ => places.extend(read_ids(row)?.iter().map(|id| (*id, QUEUE))),
            }
            Ok(())
        })?;
        places.sort_unstable();
        Ok(Some(Self {
            blocks,
            places,
            at: 0,
            ranges,
            open: BTreeMap::new(),
            once: Claim::new("every transfer is sealed in one block, or waits for it"),
            followed: Claim::new("every block follows from its transfers and the block before it"),
        }))
    }

    /// The next transfer in the order of ids, and what it moves.
    pub(crate) fn apply(&mut self, transfer: &Transfer, asset: &str) {
        while self.places.get(self.at).is_some_and(|(id, _)| *id < transfer.id) {
            self.report_stray();
        }
        let place = self.places.get(self.at).filter(|(id, _)| *id == transfer.id).map(|(_, block)| *block);
        self.at += usize::from(place.is_some());
        let waits = self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&transfer.id));
        self.once.check(place.is_some() || waits, || format!("transfer {} is in no block", transfer.id));
        if let Some(number) = place.filter(|number| *number != QUEUE) {
            self.open.entry(number).or_default().push(leaf(transfer, asset));
            self.close_if_complete(number);
        }
    }

    /// The claims, when all transfers were seen.
    pub(crate) fn claims(mut self) -> Vec<Claim> {
        while self.at < self.places.len() {
            self.report_stray();
        }
        for number in self.open.keys() {
            let height = self.blocks[*number as usize].height;
            self.followed.check(false, || format!("block {height} names a transfer that is not there"));
        }
        self.compare_chain();
        vec![self.once, self.followed]
    }

    /// A place without a transfer, or the second place of one.
    fn report_stray(&mut self) {
        let (id, number) = self.places[self.at];
        let place = match self.blocks.get(number as usize) {
            Some(block) => format!("block {}", block.height),
            None => "the queue".to_owned(),
        };
        self.once
            .add_wrong(|| format!("{place} names transfer {id}, which is not there or is elsewhere too"));
        self.at += 1;
    }

    fn close_if_complete(&mut self, number: u32) {
        let block = &self.blocks[number as usize];
        if self.open.get(&number).is_none_or(|leaves| leaves.len() < block.leaf_count) {
            return;
        }
        let root = root(self.open.remove(&number).unwrap_or_default());
        let hash = block_hash(block, &root);
        let follows = block.root == root && block.hash == hash;
        self.followed.check(follows, || format!("block {} differs from its transfers", block.height));
    }

    fn compare_chain(&mut self) {
        let (mut height, mut hash) = (0, vec![0; 32]);
        for block in &self.blocks {
            if block.height != height + 1 || block.previous != hash {
                self.followed.add_wrong(|| format!("block {} does not follow block {height}", block.height));
            }
            (height, hash) = (block.height, block.hash.clone());
        }
    }
}

fn read_ids(row: &Row<'_>) -> Result<Vec<i64>, CheckFault> {
    let (ids, rest) = row.blob(0)?.as_chunks::<8>();
    if !rest.is_empty() {
        return Err(CheckFault::Unreadable("ids of a block are not eight bytes each".to_owned()));
    }
    Ok(ids.iter().map(|id| i64::from_be_bytes(*id)).collect())
}

fn read_block(row: &Row<'_>, leaf_count: usize) -> Result<Block, CheckFault> {
    Ok(Block {
        height: row.int(1)?,
        at: row.int(2)?,
        leaf_count,
        root: row.blob(3)?.to_vec(),
        previous: row.blob(4)?.to_vec(),
        hash: row.blob(5)?.to_vec(),
    })
}

fn leaf(transfer: &Transfer, asset: &str) -> Hash {
    let ([debit_posted, debit_pending], [credit_posted, credit_pending]) =
        (transfer.debit_after, transfer.credit_after);
    let numbers = [
        transfer.id,
        transfer.kind,
        transfer.debit,
        transfer.credit,
        transfer.amount,
        transfer.pending_id.unwrap_or(0),
        transfer.expires_at.unwrap_or(0),
        transfer.code,
        transfer.at,
        debit_posted,
        debit_pending,
        credit_posted,
        credit_pending,
    ];
    let mut hasher = Sha256::new_with_prefix([0]);
    numbers.iter().for_each(|number| hasher.update(number.to_be_bytes()));
    hasher.update(asset.as_bytes());
    hasher.finalize().into()
}

fn root(mut level: Vec<Hash>) -> Hash {
    while level.len() > 1 {
        let pair = |pair: &[Hash]| match pair {
            [left, right] => {
                Sha256::new_with_prefix([1]).chain_update(left).chain_update(right).finalize().into()
            }
            single => single[0],
        };
        level = level.chunks(2).map(pair).collect();
    }
    level.pop().unwrap_or_default()
}

fn block_hash(block: &Block, root: &Hash) -> Hash {
    Sha256::new_with_prefix([2])
        .chain_update(block.height.to_be_bytes())
        .chain_update(block.at.to_be_bytes())
        .chain_update((block.leaf_count as u64).to_be_bytes())
        .chain_update(root)
        .chain_update(&block.previous)
        .finalize()
        .into()
}
