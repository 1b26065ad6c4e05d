//! The chain of minutes: each block's hash from its ticks, each block on the one before it, no block left out.

use super::proof::{Block, Proof, Tick};
use crate::claim::{Finding, RuleResult, ensure};
use crate::hex;
use sha2::{Digest as _, Sha256};

/// Milliseconds of a block.
const MINUTE_MS: i64 = 60_000;
/// Milliseconds between two points of the lattice.
const STEP_MS: i64 = 100;
/// What stands before the first block of a chain.
const NO_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

pub(super) fn verify(proof: &Proof) -> RuleResult {
    let Some(last) = proof.blocks.last() else { return without_ticks(proof) };
    proof.blocks.iter().try_for_each(block)?;
    proof.blocks.windows(2).try_for_each(|pair| follows(&pair[0], &pair[1]))?;
    covers(proof)?;
    named(proof)?;
    let head = head(proof, last.minute, &last.hash)?;
    let ticks = proof.ticks().count();
    Ok(Finding::Proven(format!("{ticks} ticks in {} hashed and chained; {head}", minutes(proof))))
}

fn minutes(proof: &Proof) -> String {
    match proof.blocks.len() {
        1 => "1 minute".to_owned(),
        many => format!("{many} minutes"),
    }
}

fn without_ticks(proof: &Proof) -> RuleResult {
    let named = || proof.evidence.block_minutes.iter().zip(&proof.evidence.block_hashes);
    for (_, hash) in named() {
        hash_of(hash)?;
    }
    let last = named().next_back().map(|(minute, hash)| head(proof, *minute, hash)).transpose()?;
    let last = last.unwrap_or_else(|| "no block is named either".to_owned());
    Ok(Finding::Given(format!("the ticks are not in the file (they are kept for seven days); {last}")))
}

/// One block: its ticks one step apart in number, growing in time, of its minute, and hashed as it says.
fn block(block: &Block) -> Result<(), String> {
    let minute = block.minute;
    ensure(!block.ticks.is_empty(), || format!("the block of minute {minute} has no ticks"))?;
    for tick in &block.ticks {
        ensure(tick.ts_ms % STEP_MS == 0, || format!("tick {} is not on the lattice of 100 ms", tick.seq))?;
        ensure(tick.ts_ms / MINUTE_MS == minute, || format!("tick {} is not of minute {minute}", tick.seq))?;
    }
    block.ticks.windows(2).try_for_each(|pair| next(&pair[0], &pair[1]))?;
    let hash = hex::print(&hash(block, &hash_of(&block.prev_hash)?));
    ensure(hash == block.hash, || format!("the ticks of minute {minute} hash to {hash}, not to its hash"))
}

fn hash_of(text: &str) -> Result<[u8; 32], String> {
    hex::bytes(text).ok_or_else(|| format!("{text:?} is no hash"))
}

fn next(one: &Tick, other: &Tick) -> Result<(), String> {
    ensure(one.seq + 1 == other.seq, || format!("tick {} is followed by tick {}", one.seq, other.seq))?;
    ensure(one.ts_ms < other.ts_ms, || format!("tick {} is not later than the one before it", other.seq))
}

/// SHA-256 over the hash before, the minute, and every tick's seq, time, price (8 bytes each, the high one first),
/// sources and flags.
pub(super) fn hash(block: &Block, prev_hash: &[u8; 32]) -> [u8; 32] {
    let mut bytes = Vec::with_capacity(40 + 26 * block.ticks.len());
    bytes.extend_from_slice(prev_hash);
    bytes.extend_from_slice(&block.minute.to_be_bytes());
    for tick in &block.ticks {
        for number in [tick.seq, tick.ts_ms, tick.price] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        bytes.extend_from_slice(&[tick.n, tick.flags]);
    }
    Sha256::digest(bytes).into()
}

fn follows(one: &Block, other: &Block) -> Result<(), String> {
    let (before, after) = (one.minute, other.minute);
    ensure(before < after, || format!("the block of minute {after} comes after that of minute {before}"))?;
    ensure(one.hash == other.prev_hash, || {
        format!("the block of minute {after} is not chained to that of minute {before}")
    })?;
    let (Some(last), Some(first)) = (one.ticks.last(), other.ticks.first()) else { return Ok(()) };
    next(last, first)
}

/// No block can be missing: they begin at or before the carry-in's minute (or where the chain begins) and end at or after
/// the window's last minute; between them the chain is whole. And none is there for nothing.
fn covers(proof: &Proof) -> Result<(), String> {
    let (from, to) = needed(proof)?;
    let minute = |block: Option<&Block>| block.map(|block| block.minute);
    let (first, last) = (minute(proof.blocks.first()), minute(proof.blocks.last()));
    let begins = proof.blocks.first().is_some_and(|block| block.prev_hash == NO_HASH);
    ensure(begins || first <= Some(from), || {
        format!("the blocks begin after minute {from}: a tick before the column may be missing")
    })?;
    ensure(last >= Some(to), || {
        format!("the blocks end before minute {to}: ticks of the column may be missing")
    })?;
    let second = minute(proof.blocks.get(1)).is_none_or(|minute| minute > from);
    let last_but_one = minute(proof.blocks.iter().rev().nth(1)).is_none_or(|minute| minute < to);
    ensure(second && last_but_one, || "there are blocks that do not concern the column".to_owned())
}

/// The minutes that the blocks must reach: first and last. Since what goes on past the end counts in full, the last is
/// where the tick lies that ends it.
fn needed(proof: &Proof) -> Result<(i64, i64), String> {
    let (from, to) = window(proof);
    if !proof.counts_past_end() {
        return Ok((from, to));
    }
    let closing = proof.closing_tick().ok_or("the blocks end before what the column's end depends on")?;
    Ok((from, to.max(closing.ts_ms / MINUTE_MS)))
}

/// The minutes in which a tick of the column, or its carry-in, can lie: first and last.
fn window(proof: &Proof) -> (i64, i64) {
    (proof.carry_from_ms() / MINUTE_MS, (proof.end_ms() - 1) / MINUTE_MS)
}

/// The evidence names exactly the blocks that concern the column.
fn named(proof: &Proof) -> Result<(), String> {
    let (from, to) = window(proof);
    let concerned = proof.blocks.iter().filter(|block| (from..=to).contains(&block.minute));
    let concerned = concerned.map(|block| (block.minute, &block.hash));
    let evidence = &proof.evidence;
    let named = evidence.block_minutes.iter().copied().zip(&evidence.block_hashes);
    ensure(named.eq(concerned), || "the evidence names other blocks than these".to_owned())
}

/// How the chain's head stands to the last block known here.
fn head(proof: &Proof, minute: i64, hash: &str) -> Result<String, String> {
    let head = &proof.chain_head;
    hash_of(&head.hash)?;
    ensure(head.minute >= minute, || {
        format!("the chain's head is of minute {}, before its blocks", head.minute)
    })?;
    if head.minute > minute {
        return Ok(format!("the chain went on for {} minutes after them", head.minute - minute));
    }
    ensure(head.hash == hash, || format!("the chain's head is not the block of its minute {minute}"))?;
    Ok("the last of them is the chain's head".to_owned())
}
