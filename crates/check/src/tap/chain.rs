//! Ticks in their order, and the chain of hashed minutes that they make.

use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::source::{Row, Source};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// What stands before the first block.
const NO_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Milliseconds of a block.
const MINUTE_MS: i64 = 60_000;

pub(super) fn ticks(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("ticks are numbered without a gap and go forward in time");
    let mut last: Option<(i64, i64)> = None;
    source.for_each("SELECT seq, ts_ms FROM ticks ORDER BY seq", |row| {
        let tick = (row.int(0)?, row.int(1)?);
        let follows = last.is_none_or(|last| tick.0 == last.0 + 1 && tick.1 > last.1) && tick.1 % 100 == 0;
        claim.check(follows, || format!("tick {tick:?} after {last:?}"));
        last = Some(tick);
        Ok(())
    })?;
    Ok(claim)
}

struct Block {
    minute: i64,
    first_seq: i64,
    last_seq: i64,
    prev_hash: String,
    hash: String,
}

/// The ticks of a block so far.
struct Hashed {
    hasher: Sha256,
    tick_count: i64,
}

/// Every block whose ticks are all there is hashed once more, and names the one before it.
pub(super) fn blocks(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim =
        Claim::new("every sealed minute has the hash of its ticks and names the minute before it");
    let blocks = read_blocks(source)?;
    let mut hashed = hash_ticks(source, &blocks, &mut claim)?;
    let mut prev_hash = NO_HASH;
    for block in &blocks {
        let tick_count = block.last_seq - block.first_seq + 1;
        let whole = hashed.remove(&block.minute).filter(|hashed| hashed.tick_count == tick_count);
        let is_same = whole.is_none_or(|whole| hex(&whole.hasher.finalize()) == block.hash);
        claim.check(is_same && block.prev_hash == prev_hash, || format!("minute {}", block.minute));
        prev_hash = &block.hash;
    }
    Ok(claim)
}

/// In the order of minutes.
fn read_blocks(source: &mut Source) -> Result<Vec<Block>, CheckFault> {
    let mut blocks = Vec::new();
    source.for_each(
        "SELECT minute, first_seq, last_seq, prev_hash, hash FROM blocks ORDER BY minute",
        |row| {
            blocks.push(Block {
                minute: row.int(0)?,
                first_seq: row.int(1)?,
                last_seq: row.int(2)?,
                prev_hash: row.text(3)?.to_owned(),
                hash: row.text(4)?.to_owned(),
            });
            Ok(())
        },
    )?;
    Ok(blocks)
}

/// Hashes the ticks of every block, by minute. A minute is sealed with the first tick of a later one.
fn hash_ticks(
    source: &mut Source,
    blocks: &[Block],
    claim: &mut Claim,
) -> Result<HashMap<i64, Hashed>, CheckFault> {
    let mut hashed: HashMap<i64, Hashed> = HashMap::new();
    let mut unsealed = None;
    source.for_each("SELECT seq, ts_ms, price, n_sources, flags FROM ticks ORDER BY seq", |row| {
        let minute = row.int(1)?.div_euclid(MINUTE_MS);
        if let Some(before) = unsealed.filter(|before| *before != minute) {
            claim.add_wrong(|| format!("minute {before} is over and has no block"));
            unsealed = None;
        }
        match blocks.binary_search_by_key(&minute, |block| block.minute) {
            Ok(at) => hashed.entry(minute).or_insert_with(|| Hashed::new(&blocks[at])).add(row)?,
            Err(_) => unsealed = Some(minute),
        }
        Ok(())
    })?;
    Ok(hashed)
}

impl Hashed {
    fn new(block: &Block) -> Self {
        let hasher =
            Sha256::new().chain_update(unhex(&block.prev_hash)).chain_update(block.minute.to_be_bytes());
        Self { hasher, tick_count: 0 }
    }

    fn add(&mut self, tick: &Row<'_>) -> Result<(), CheckFault> {
        for number in [tick.int(0)?, tick.int(1)?, tick.int(2)?] {
            self.hasher.update(number.to_be_bytes());
        }
        self.hasher.update([tick.int(3)? as u8, tick.int(4)? as u8]);
        self.tick_count += 1;
        Ok(())
    }
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).filter_map(|at| u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
