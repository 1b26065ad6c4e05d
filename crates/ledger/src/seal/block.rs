//! A block, and making the next one.

use super::hash::{self, GENESIS, Hash};
use super::{merkle, queue};
use kernel::Timestamp;
use store::{Row, Store, StoreError, Tx, params};

/// A block of sealed transfers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its number: 1, 2, 3 …
    pub height: i64,
    /// When it was sealed.
    pub at: Timestamp,
    /// Its transfers, ascending.
    pub ids: Vec<i64>,
    /// The root over their leaves.
    pub root: Hash,
    /// The hash of the block before it; [`GENESIS`] before the first.
    pub previous: Hash,
    /// Its hash.
    pub hash: Hash,
}

impl Block {
    /// The block after `before` over these leaves. None: there are no leaves.
    #[must_use]
    pub fn after(before: Option<&Self>, at: Timestamp, ids: Vec<i64>, leaves: &[Hash]) -> Option<Self> {
        let (height, previous) = before.map_or((1, GENESIS), |block| (block.height + 1, block.hash));
        let root = merkle::root(leaves)?;
        let hash = hash::block(height, at, ids.len(), &root, &previous);
        Some(Self { height, at, ids, root, previous, hash })
    }
}

/// The newest block; none before the first.
pub fn head(tx: &mut Tx<'_>) -> Result<Option<Block>, StoreError> {
    let sql = "SELECT height, at, ids, root, previous, hash FROM sealed_blocks ORDER BY height DESC LIMIT 1";
    tx.query_opt(sql, &[], read_block)
}

/// The blocks from height `from` on, in order, at most `limit`.
pub fn blocks(tx: &mut Tx<'_>, from: i64, limit: i64) -> Result<Vec<Block>, StoreError> {
    let sql = "SELECT height, at, ids, root, previous, hash FROM sealed_blocks WHERE height >= $1 ORDER BY height LIMIT $2";
    tx.query(sql, params![from, limit], read_block)
}

/// The height of the first block that can hold a transfer with a number from `id` on; none: there is none yet.
pub fn first_after(tx: &mut Tx<'_>, id: i64) -> Result<Option<i64>, StoreError> {
    tx.query_one("SELECT MIN(height) FROM sealed_blocks WHERE last_id >= $1", params![id], |row| {
        row.opt_int(0)
    })
}

/// Seals what waits, one block of some thousand transfers at most; how many. Reading and hashing happen beside the writer; two nodes that
/// do it at once make one block.
pub async fn seal(store: &Store, now: Timestamp) -> Result<usize, StoreError> {
    let (block, queued) = store.read(move |tx| prepare(tx, now)).await?;
    let count = block.as_ref().map_or(0, |block| block.ids.len());
    let is_kept = match block {
        Some(block) => store.write(move |tx| keep(tx, &block, &queued)).await?,
        // A range in which no transfer is left.
        None if queued.is_something() => store.write(move |tx| queue::remove(tx, &queued)).await?,
        None => false,
    };
    Ok(if is_kept { count } else { 0 })
}

fn prepare(tx: &mut Tx<'_>, now: Timestamp) -> Result<(Option<Block>, queue::Queued), StoreError> {
    let (ids, queued) = queue::next(tx)?;
    let leaves = queue::leaves(&queue::transfers(tx, &ids)?);
    let before = head(tx)?;
    Ok((Block::after(before.as_ref(), now, ids, &leaves), queued))
}

/// Writes the block unless another took its place. False: nothing was changed.
fn keep(tx: &mut Tx<'_>, block: &Block, queued: &queue::Queued) -> Result<bool, StoreError> {
    let sql = "INSERT INTO sealed_blocks (height, at, first_id, last_id, ids, root, previous, hash)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (height) DO NOTHING";
    let (first, last) = (block.ids[0], block.ids[block.ids.len() - 1]);
    let row = params![
        block.height,
        block.at,
        first,
        last,
        queue::pack(&block.ids),
        block.root.as_slice(),
        block.previous.as_slice(),
        block.hash.as_slice()
    ];
    if tx.execute(sql, row)? == 0 {
        return Ok(false);
    }
    if queue::remove(tx, queued)? {
        return Ok(true);
    }
    Err(StoreError::Corrupt(format!("block {} is of transfers that another block has", block.height)))
}

pub(super) fn read_block(row: &Row<'_>) -> Result<Block, StoreError> {
    Ok(Block {
        height: row.int(0)?,
        at: Timestamp::from_micros(row.int(1)?),
        ids: queue::unpack(&row.blob(2)?)?,
        root: read_hash(row, 3)?,
        previous: read_hash(row, 4)?,
        hash: read_hash(row, 5)?,
    })
}

fn read_hash(row: &Row<'_>, at: usize) -> Result<Hash, StoreError> {
    let bytes = row.blob(at)?;
    Hash::try_from(bytes.as_slice())
        .map_err(|_| StoreError::Corrupt(format!("a hash of {} bytes", bytes.len())))
}
