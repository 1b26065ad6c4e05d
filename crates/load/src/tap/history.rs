//! What one connection remembers of the responses to its own bets, and what it can request next because of them.

use super::journal::Entry;
use crate::results::Outcome;
use crate::wire::{ExchangeError, Response, number_field, string_field, uuid_bytes};
use rand::Rng;
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// Answered bets a connection can still replay, repeat or look up. More would only cost cache.
const RECENT_MAX: usize = 256;
/// A text older than half a minute is no longer believed, so it cannot be replayed.
const REPLAYABLE: Duration = Duration::from_secs(25);
/// With a code these are what players must expect; everything else is a failure.
const REFUSALS: [u16; 3] = [400, 409, 429];

/// A bet to be placed; its text can be written again from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BetRequest {
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
    /// The least acceptable rate, hundredths.
    pub min_rate: u32,
    /// The quote.
    pub quote_seq: u64,
    /// Random.
    pub nonce: [u8; 16],
    /// When it was tapped.
    pub timestamp_ms: i64,
}

/// An acknowledged bet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedBet {
    /// What was requested.
    pub request: BetRequest,
    /// The bet's public id.
    pub bet: [u8; 16],
    /// A hash of the whole response, which a replay must repeat.
    response: u64,
    at: Instant,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TapRequest {
    /// A new bet.
    Bet(BetRequest),
    /// The same again.
    Replay(AcceptedBet),
    /// A bet that must be refused.
    Bad(BetRequest),
    /// The fixed answer.
    Ceiling(BetRequest),
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

/// What one connection remembers.
#[derive(Debug, Default)]
pub struct History {
    /// Everything acknowledged.
    pub journal: Vec<Entry>,
    recent: Vec<AcceptedBet>,
    taken: HashSet<(u32, i64, i64)>,
}

impl History {
    /// Claims a cell for a player. False: they have tapped it before.
    pub fn claim_cell(&mut self, player: u32, column: i64, low: i64) -> bool {
        self.taken.insert((player, column, low))
    }

    /// Some acknowledged bet, drawn at random.
    pub fn any_bet(&self, rng: &mut impl Rng) -> Option<&AcceptedBet> {
        (!self.recent.is_empty()).then(|| &self.recent[rng.random_range(0..self.recent.len())])
    }

    /// Some bet whose text is still believed.
    pub fn replayable(&self, rng: &mut impl Rng) -> Option<AcceptedBet> {
        self.any_bet(rng).filter(|accepted| accepted.at.elapsed() < REPLAYABLE).cloned()
    }

    /// Takes in the response to `request`.
    pub fn on_response<'a>(
        &mut self,
        request: &TapRequest,
        response: Result<Response<'a>, ExchangeError>,
    ) -> Outcome<'a> {
        match (request, Outcome::of(response, &REFUSALS, "\"error\""), response) {
            (TapRequest::Bet(bet), Outcome::Accepted, Ok(response)) => self.record_bet(bet, &response),
            (TapRequest::Replay(first), Outcome::Accepted, Ok(response))
                if response.body_hash() != first.response =>
            {
                Outcome::Mismatch
            }
            (TapRequest::Bad(_), Outcome::Accepted, _) => Outcome::Failed("bad_bet_accepted".into()),
            (_, outcome, _) => outcome,
        }
    }

    fn record_bet<'a>(&mut self, request: &BetRequest, response: &Response<'a>) -> Outcome<'a> {
        let body = response.body;
        let bet = string_field(body, "\"bet_id\"").and_then(uuid_bytes);
        let number = |name| number_field(body, name);
        let numbers = number("\"amount\"").zip(number("\"rate\"")).zip(number("\"payout\""));
        let (Some(bet), Some(((amount, rate), payout))) = (bet, numbers) else {
            return Outcome::Failed("malformed_answer".into());
        };
        // Booked at what was seen, or at less down to what was accepted.
        let is_accepted = (i64::from(request.min_rate)..=i64::from(request.rate)).contains(&rate);
        if amount != request.amount || !is_accepted || payout != amount * rate / 100 {
            return Outcome::Failed("other_terms".into());
        }
        self.journal.push(Entry { bet, column: request.column, amount, payout });
        let response = response.body_hash();
        self.insert_recent(AcceptedBet { request: request.clone(), bet, response, at: Instant::now() });
        Outcome::Accepted
    }

    fn insert_recent(&mut self, accepted: AcceptedBet) {
        if self.recent.len() < RECENT_MAX {
            self.recent.push(accepted);
        } else {
            // The nonce is random, and overwriting a random one keeps old and new ones.
            let at = usize::from(accepted.request.nonce[0]) % RECENT_MAX;
            self.recent[at] = accepted;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng as _;
    use rand::rngs::SmallRng;

    const MADE: &[u8] =
        br#"{"bet_id":"00000000-0000-8000-8000-000000000001","amount":100,"rate":235,"payout":235}"#;

    fn bet_request() -> BetRequest {
        let cell = "1:2:3000:4000".into();
        let nonce = [7; 16];
        BetRequest {
            player: 1,
            cell,
            column: 2,
            low: 3000,
            amount: 100,
            rate: 235,
            min_rate: 212,
            quote_seq: 9,
            nonce,
            timestamp_ms: 5,
        }
    }

    fn ok(status: u16, body: &[u8]) -> Result<Response<'_>, ExchangeError> {
        Ok(Response { status, body })
    }

    #[test]
    fn an_acknowledged_bet_is_journaled_and_its_replay_must_repeat_the_answer() {
        let mut history = History::default();
        assert_eq!(history.on_response(&TapRequest::Bet(bet_request()), ok(201, MADE)), Outcome::Accepted);
        assert_eq!((history.journal.len(), history.journal[0].payout), (1, 235));
        let accepted = history.replayable(&mut SmallRng::seed_from_u64(1)).unwrap();
        assert_eq!(
            history.on_response(&TapRequest::Replay(accepted.clone()), ok(200, MADE)),
            Outcome::Accepted
        );
        assert_eq!(history.on_response(&TapRequest::Replay(accepted), ok(200, b"{}")), Outcome::Mismatch);
        assert_eq!(history.journal.len(), 1);
    }

    #[test]
    fn a_bet_booked_lower_within_what_was_accepted_is_journaled_at_what_it_pays() {
        let mut history = History::default();
        let lower =
            br#"{"bet_id":"00000000-0000-8000-8000-000000000001","amount":100,"rate":212,"payout":212}"#;
        assert_eq!(history.on_response(&TapRequest::Bet(bet_request()), ok(201, lower)), Outcome::Accepted);
        assert_eq!(history.journal[0].payout, 212);
    }

    #[test]
    fn other_terms_than_were_tapped_are_a_failure() {
        let mut history = History::default();
        for terms in
            [r#""rate":235,"payout":234"#, r#""rate":211,"payout":211"#, r#""rate":236,"payout":236"#]
        {
            let answer =
                format!(r#"{{"bet_id":"00000000-0000-8000-8000-000000000001","amount":100,{terms}}}"#);
            assert_eq!(
                history.on_response(&TapRequest::Bet(bet_request()), ok(201, answer.as_bytes())),
                Outcome::Failed("other_terms".into()),
                "{terms}"
            );
        }
        assert_eq!(
            history.on_response(&TapRequest::Bet(bet_request()), ok(201, b"{}")),
            Outcome::Failed("malformed_answer".into())
        );
        assert_eq!(
            history.on_response(&TapRequest::Bad(bet_request()), ok(201, MADE)),
            Outcome::Failed("bad_bet_accepted".into())
        );
        assert!(history.journal.is_empty());
    }

    #[test]
    fn refusals_have_codes_and_everything_else_is_a_failure() {
        let mut history = History::default();
        let mut outcome = |status, body| {
            format!("{:?}", history.on_response(&TapRequest::Bad(bet_request()), ok(status, body)))
        };
        assert_eq!(outcome(409, br#"{"error":"duplicate_cell"}"#), "Refused(\"duplicate_cell\")");
        assert_eq!(outcome(401, br#"{"error":"replay_detected"}"#), "Failed(\"http_401_replay_detected\")");
        assert_eq!(outcome(503, b""), "Failed(\"http_503_no_code\")");
    }

    #[test]
    fn a_player_taps_a_cell_once() {
        let mut history = History::default();
        assert!(history.claim_cell(1, 2, 3) && !history.claim_cell(1, 2, 3) && history.claim_cell(2, 2, 3));
    }
}
