//! Minute blocks of ticks, hashed and chained. A block's hash covers every tick of its minute and the block before it,
//! so that nobody can change or add a tick afterwards unseen.

use super::tick::Tick;
use sha2::{Digest, Sha256};

/// A SHA-256.
pub type Hash = [u8; 32];
/// What stands before the first block.
pub const NO_HASH: Hash = [0; 32];
/// Milliseconds of a block.
pub const MINUTE_MS: i64 = 60_000;

/// A finished minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// floor(`ts_ms` / 60,000).
    pub minute: i64,
    /// The hash of the block before it; zeroes before the first.
    pub prev_hash: Hash,
    /// Its own.
    pub hash: Hash,
    /// The number of its first tick.
    pub first_seq: i64,
    /// The number of its last tick.
    pub last_seq: i64,
}

/// What is wrong with ticks or a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// A block has at least one tick.
    #[error("the block has no ticks")]
    BlockIsEmpty,
    /// A tick's number is not one more than its predecessor's.
    #[error("a tick's number is not the next one")]
    SeqIsNotTheNext,
    /// A tick is not later than its predecessor.
    #[error("a tick is not later than the one before it")]
    TimeDoesNotGrow,
    /// A tick lies in another minute than its block.
    #[error("a tick is not of this minute")]
    TickIsOfAnotherMinute,
    /// The ticks do not give the hash.
    #[error("the hash is not that of the ticks")]
    HashDiffers,
}

/// The minute of a moment in Unix ms.
#[must_use]
pub const fn minute_of(ts_ms: i64) -> i64 {
    ts_ms.div_euclid(MINUTE_MS)
}

/// Builds the chain as ticks come.
#[derive(Debug, Clone)]
pub struct ChainBuilder {
    head: Option<(i64, Hash)>,
    open: Option<Open>,
}

/// The minute that is not over.
#[derive(Debug, Clone)]
struct Open {
    digest: Sha256,
    first_seq: i64,
    last: Tick,
}

impl ChainBuilder {
    /// A new chain; or, after a restart, the chain behind its last block `head` (minute and hash). The ticks of the open
    /// minute are then pushed again from storage.
    #[must_use]
    pub fn new(head: Option<(i64, Hash)>) -> Self {
        Self { head, open: None }
    }

    /// The last finished block: minute and hash.
    #[must_use]
    pub fn head(&self) -> Option<(i64, Hash)> {
        self.head
    }

    /// Takes the next tick. The first of a later minute finishes the block before it. A fault leaves the chain as it was.
    pub fn push(&mut self, tick: &Tick) -> Result<Option<Block>, ChainFault> {
        let minute = minute_of(tick.ts_ms);
        if self.head.is_some_and(|(head, _)| minute <= head) {
            return Err(ChainFault::TickIsOfAnotherMinute);
        }
        if let Some(open) = &self.open {
            follows(&open.last, tick)?;
        }
        // Nothing fails from here on.
        let is_over = self.open.as_ref().is_some_and(|open| minute_of(open.last.ts_ms) < minute);
        let block = if is_over { self.close() } else { None };
        let prev_hash = self.prev_hash();
        let open = self.open.get_or_insert_with(|| Open::new(prev_hash, minute, tick));
        open.add(tick);
        Ok(block)
    }

    fn close(&mut self) -> Option<Block> {
        let open = self.open.take()?;
        let block = Block {
            minute: minute_of(open.last.ts_ms),
            prev_hash: self.prev_hash(),
            hash: open.digest.finalize().into(),
            first_seq: open.first_seq,
            last_seq: open.last.seq,
        };
        self.head = Some((block.minute, block.hash));
        Some(block)
    }

    fn prev_hash(&self) -> Hash {
        self.head.map_or(NO_HASH, |(_, hash)| hash)
    }
}

impl Open {
    fn new(prev_hash: Hash, minute: i64, first: &Tick) -> Self {
        let digest = Sha256::new().chain_update(prev_hash).chain_update(minute.to_be_bytes());
        Self { digest, first_seq: first.seq, last: *first }
    }

    fn add(&mut self, tick: &Tick) {
        for number in [tick.seq, tick.ts_ms, tick.price] {
            self.digest.update(number.to_be_bytes());
        }
        self.digest.update([tick.n_sources, tick.flags.0]);
        self.last = *tick;
    }
}

fn follows(before: &Tick, tick: &Tick) -> Result<(), ChainFault> {
    if before.seq.checked_add(1) != Some(tick.seq) {
        return Err(ChainFault::SeqIsNotTheNext);
    }
    if tick.ts_ms <= before.ts_ms {
        return Err(ChainFault::TimeDoesNotGrow);
    }
    Ok(())
}

/// Whether `ticks` are the whole minute `minute` behind `prev_hash` and give `hash`.
pub fn verify_block(minute: i64, prev_hash: &Hash, ticks: &[Tick], hash: &Hash) -> Result<(), ChainFault> {
    let first = ticks.first().ok_or(ChainFault::BlockIsEmpty)?;
    if ticks.iter().any(|tick| minute_of(tick.ts_ms) != minute) {
        return Err(ChainFault::TickIsOfAnotherMinute);
    }
    for pair in ticks.windows(2) {
        follows(&pair[0], &pair[1])?;
    }
    let mut open = Open::new(*prev_hash, minute, first);
    for tick in ticks {
        open.add(tick);
    }
    let found: Hash = open.digest.finalize().into();
    if found == *hash { Ok(()) } else { Err(ChainFault::HashDiffers) }
}

/// A hash as 64 small hex digits.
#[must_use]
pub fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads what [`hex`] wrote, and nothing else.
#[must_use]
pub fn unhex(text: &str) -> Option<Hash> {
    let is_hex = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let mut hash = NO_HASH;
    for (place, byte) in hash.iter_mut().enumerate().filter(|_| is_hex) {
        *byte = u8::from_str_radix(&text[place * 2..place * 2 + 2], 16).ok()?;
    }
    is_hex.then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tick::TickFlags;

    fn tick(seq: i64, ts_ms: i64) -> Tick {
        Tick { seq, ts_ms, price: 6_000_000 + seq, n_sources: 3, flags: TickFlags(1) }
    }

    fn pushed(ticks: &[Tick]) -> Vec<Block> {
        let mut chain = ChainBuilder::new(None);
        ticks.iter().filter_map(|tick| chain.push(tick).expect("in order")).collect()
    }

    #[test]
    fn a_block_is_the_hash_of_the_bytes_in_the_contract() {
        let mut bytes = vec![0_u8; 32];
        bytes.extend(7_i64.to_be_bytes());
        for (seq, ts_ms) in [(10_i64, 420_000_i64), (11, 420_100)] {
            bytes.extend(seq.to_be_bytes());
            bytes.extend(ts_ms.to_be_bytes());
            bytes.extend((6_000_000 + seq).to_be_bytes());
            bytes.extend([3, 1]);
        }
        let hash: Hash = Sha256::digest(&bytes).into();
        let blocks = pushed(&[tick(10, 420_000), tick(11, 420_100), tick(12, 480_000)]);
        assert_eq!(blocks, [Block { minute: 7, prev_hash: NO_HASH, hash, first_seq: 10, last_seq: 11 }]);
        // Computed apart from this code, in another language over the same bytes.
        assert_eq!(hex(&hash), "827194700c44b41913204cf635f09733b199c933fb2d879916c3d9f7de1342aa");
    }

    #[test]
    fn the_chain_goes_on_over_minutes_without_ticks_and_over_restarts() {
        let ticks = [tick(1, 0), tick(2, 59_900), tick(3, 300_000), tick(4, 300_100), tick(5, 360_000)];
        let blocks = pushed(&ticks);
        assert_eq!((blocks[0].minute, blocks[1].minute), (0, 5));
        assert_eq!(blocks[1].prev_hash, blocks[0].hash);
        let mut resumed = ChainBuilder::new(Some((blocks[0].minute, blocks[0].hash)));
        let again: Vec<Block> = ticks[2..].iter().filter_map(|tick| resumed.push(tick).unwrap()).collect();
        assert_eq!(again, blocks[1..]);
        assert_eq!(resumed.head(), Some((5, blocks[1].hash)));
    }

    #[test]
    fn a_block_is_verified_and_every_change_is_seen() {
        let ticks = [tick(1, 0), tick(2, 100), tick(3, 200)];
        let block = pushed(&[ticks[0], ticks[1], ticks[2], tick(4, 60_000)])[0];
        let verify = |ticks: &[Tick]| verify_block(0, &NO_HASH, ticks, &block.hash);
        assert_eq!(verify(&ticks), Ok(()));
        let changes: [fn(&mut Tick); 3] =
            [|tick| tick.price += 1, |tick| tick.n_sources = 1, |tick| tick.flags = TickFlags(0)];
        for change in changes {
            let mut changed = ticks;
            change(&mut changed[1]);
            assert_eq!(verify(&changed), Err(ChainFault::HashDiffers));
        }
        assert_eq!(verify(&ticks[..2]), Err(ChainFault::HashDiffers));
        assert_eq!(verify(&[ticks[0], ticks[2]]), Err(ChainFault::SeqIsNotTheNext));
        assert_eq!(verify(&[ticks[0], tick(2, 0)]), Err(ChainFault::TimeDoesNotGrow));
        assert_eq!(verify(&[tick(1, 60_000)]), Err(ChainFault::TickIsOfAnotherMinute));
        assert_eq!(verify(&[]), Err(ChainFault::BlockIsEmpty));
        assert_eq!(verify_block(0, &[1; 32], &ticks, &block.hash), Err(ChainFault::HashDiffers));
    }

    #[test]
    fn a_tick_out_of_order_is_refused_and_changes_nothing() {
        let mut chain = ChainBuilder::new(None);
        chain.push(&tick(1, 0)).unwrap();
        assert_eq!(chain.push(&tick(3, 100)), Err(ChainFault::SeqIsNotTheNext));
        assert_eq!(chain.push(&tick(2, 0)), Err(ChainFault::TimeDoesNotGrow));
        let block = chain.push(&tick(2, 60_000)).unwrap().unwrap();
        assert_eq!(block, pushed(&[tick(1, 0), tick(2, 60_000)])[0]);
        assert_eq!(chain.push(&tick(3, 59_000)), Err(ChainFault::TickIsOfAnotherMinute));
    }

    #[test]
    fn a_hash_is_read_as_it_was_written() {
        let hash: Hash = Sha256::digest(b"x").into();
        assert_eq!(unhex(&hex(&hash)), Some(hash));
        for text in ["", "00", &hex(&hash).to_uppercase(), &"é".repeat(32), &format!("{}+1", "0".repeat(62))]
        {
            assert_eq!(unhex(text), None, "{text}");
        }
    }
}
