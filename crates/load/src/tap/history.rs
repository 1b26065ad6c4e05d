//! What one connection learns from the answers to its own bets, and what it can ask next because of them.

use super::journal::Entry;
use crate::results::Outcome;
use crate::wire::{Answer, Failure, number_field, string_field, uuid_bytes};
use rand::Rng;
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// Answered bets a connection can still replay, repeat or look up. More would only cost cache.
const RECENT_MAX: usize = 256;
/// A text older than half a minute is no longer believed, so it cannot be replayed.
const REPLAYABLE: Duration = Duration::from_secs(25);
/// With a code these are what players must expect; everything else is a failure.
const REFUSALS: [u16; 3] = [400, 409, 429];

/// One bet as asked; its text can be written again from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tapped {
    /// Number of the player.
    pub player: u32,
    /// `epoch:column:low:high`
    pub cell: Box<str>,
    /// Its column.
    pub column: i64,
    /// Its lower bound.
    pub low: i64,
    /// Cents.
    pub amount: i64,
    /// Hundredths.
    pub rate: u32,
    /// The quote.
    pub quote_seq: u64,
    /// Random.
    pub nonce: [u8; 16],
    /// When it was tapped.
    pub timestamp_ms: i64,
}

/// An acknowledged bet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// What was asked.
    pub tapped: Tapped,
    /// The bet's public id.
    pub bet: [u8; 16],
    /// A hash of the whole answer, which a replay must repeat.
    answer: u64,
    at: Instant,
}

/// One request as asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A new bet.
    Bet(Tapped),
    /// The same again.
    Replay(Made),
    /// A bet that must be refused.
    Bad(Tapped),
    /// The fixed answer.
    Ceiling(Tapped),
    /// The balance of a player.
    Balance(u32),
    /// The bets of a player.
    List(u32),
    /// One bet.
    One(u32, [u8; 16]),
    /// The newest price, asked for by a player.
    Price(u32),
    /// The grid, asked for by a player.
    Grid(u32),
}

/// The memory of one connection.
#[derive(Debug, Default)]
pub struct Memory {
    /// Everything acknowledged.
    pub journal: Vec<Entry>,
    recent: Vec<Made>,
    taken: HashSet<(u32, i64, i64)>,
}

impl Memory {
    /// Notes that a player taps a cell. False: they have done so before.
    pub fn take(&mut self, player: u32, column: i64, low: i64) -> bool {
        self.taken.insert((player, column, low))
    }

    /// Some acknowledged bet, drawn at random.
    pub fn any(&self, rng: &mut impl Rng) -> Option<&Made> {
        (!self.recent.is_empty()).then(|| &self.recent[rng.random_range(0..self.recent.len())])
    }

    /// Some bet whose text is still believed.
    pub fn replayable(&self, rng: &mut impl Rng) -> Option<Made> {
        self.any(rng).filter(|made| made.at.elapsed() < REPLAYABLE).cloned()
    }

    /// Learns from the answer to `ask`.
    pub fn learn<'a>(&mut self, ask: &Ask, answer: Result<Answer<'a>, Failure>) -> Outcome<'a> {
        match (ask, Outcome::of(answer, &REFUSALS, "\"error\""), answer) {
            (Ask::Bet(tapped), Outcome::Accepted, Ok(answer)) => self.made(tapped, &answer),
            (Ask::Replay(first), Outcome::Accepted, Ok(answer)) if answer.body_hash() != first.answer => {
                Outcome::Mismatch
            }
            (Ask::Bad(_), Outcome::Accepted, _) => Outcome::Failed("bad_bet_accepted".into()),
            (_, outcome, _) => outcome,
        }
    }

    fn made<'a>(&mut self, tapped: &Tapped, answer: &Answer<'a>) -> Outcome<'a> {
        let bet = string_field(answer.body, "\"bet_id\"").and_then(uuid_bytes);
        let numbers = number_field(answer.body, "\"amount\"").zip(number_field(answer.body, "\"payout\""));
        let (Some(bet), Some((amount, payout))) = (bet, numbers) else {
            return Outcome::Failed("malformed_answer".into());
        };
        if amount != tapped.amount || payout != amount * i64::from(tapped.rate) / 100 {
            return Outcome::Failed("other_terms".into());
        }
        self.journal.push(Entry { bet, column: tapped.column, amount, payout });
        let made = Made { tapped: tapped.clone(), bet, answer: answer.body_hash(), at: Instant::now() };
        if self.recent.len() < RECENT_MAX {
            self.recent.push(made);
        } else {
            // The nonce is random, and overwriting a random one keeps old and new ones.
            self.recent[usize::from(tapped.nonce[0]) % RECENT_MAX] = made;
        }
        Outcome::Accepted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng as _;
    use rand::rngs::SmallRng;

    const MADE: &[u8] =
        br#"{"bet_id":"00000000-0000-8000-8000-000000000001","amount":100,"rate":235,"payout":235}"#;

    fn tapped() -> Tapped {
        let cell = "1:2:3000:4000".into();
        let nonce = [7; 16];
        Tapped {
            player: 1,
            cell,
            column: 2,
            low: 3000,
            amount: 100,
            rate: 235,
            quote_seq: 9,
            nonce,
            timestamp_ms: 5,
        }
    }

    fn ok(status: u16, body: &[u8]) -> Result<Answer<'_>, Failure> {
        Ok(Answer { status, body })
    }

    #[test]
    fn an_acknowledged_bet_is_journaled_and_its_replay_must_repeat_the_answer() {
        let mut memory = Memory::default();
        assert_eq!(memory.learn(&Ask::Bet(tapped()), ok(201, MADE)), Outcome::Accepted);
        assert_eq!((memory.journal.len(), memory.journal[0].payout), (1, 235));
        let made = memory.replayable(&mut SmallRng::seed_from_u64(1)).unwrap();
        assert_eq!(memory.learn(&Ask::Replay(made.clone()), ok(200, MADE)), Outcome::Accepted);
        assert_eq!(memory.learn(&Ask::Replay(made), ok(200, b"{}")), Outcome::Mismatch);
        assert_eq!(memory.journal.len(), 1);
    }

    #[test]
    fn other_terms_than_were_tapped_are_a_failure() {
        let mut memory = Memory::default();
        let cheaper = br#"{"bet_id":"00000000-0000-8000-8000-000000000001","amount":100,"payout":234}"#;
        assert_eq!(
            memory.learn(&Ask::Bet(tapped()), ok(201, cheaper)),
            Outcome::Failed("other_terms".into())
        );
        assert_eq!(
            memory.learn(&Ask::Bet(tapped()), ok(201, b"{}")),
            Outcome::Failed("malformed_answer".into())
        );
        assert_eq!(
            memory.learn(&Ask::Bad(tapped()), ok(201, MADE)),
            Outcome::Failed("bad_bet_accepted".into())
        );
        assert!(memory.journal.is_empty());
    }

    #[test]
    fn refusals_have_codes_and_everything_else_is_a_failure() {
        let mut memory = Memory::default();
        let mut outcome = |status, body| format!("{:?}", memory.learn(&Ask::Bad(tapped()), ok(status, body)));
        assert_eq!(outcome(409, br#"{"error":"duplicate_cell"}"#), "Refused(\"duplicate_cell\")");
        assert_eq!(outcome(401, br#"{"error":"replay_detected"}"#), "Failed(\"http_401_replay_detected\")");
        assert_eq!(outcome(503, b""), "Failed(\"http_503_no_code\")");
    }

    #[test]
    fn a_player_taps_a_cell_once() {
        let mut memory = Memory::default();
        assert!(memory.take(1, 2, 3) && !memory.take(1, 2, 3) && memory.take(2, 2, 3));
    }
}
