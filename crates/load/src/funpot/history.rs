//! What one connection remembers of the responses to its own votes, and what it can request next because of them.

use super::journal::Entry;
use crate::results::Outcome;
use crate::wire::{ExchangeError, IdempotencyKey, Response, string_field, uuid_bytes};
use rand::Rng;

/// Answered votes a connection can still replay or repeat. More would only cost cache.
const RECENT_MAX: usize = 256;
/// With a code these are what voters must expect; everything else is a failure.
const REFUSALS: [u16; 3] = [409, 422, 429];

/// A vote to be cast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoteRequest {
    /// Number of the voter.
    pub voter: u32,
    /// Number of the event.
    pub event: u32,
    /// What is chosen.
    pub option: Box<str>,
    /// Its key.
    pub key: IdempotencyKey,
}

/// An acknowledged vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedVote {
    /// What was requested.
    pub request: VoteRequest,
    /// A hash of the whole response, which a replay must repeat.
    response: u64,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FunpotRequest {
    /// A new vote.
    Vote(VoteRequest),
    /// The same again.
    Replay(AcceptedVote),
    /// A vote that must be refused.
    Bad(VoteRequest),
    /// The fixed answer.
    Ceiling(VoteRequest),
    /// The wallet of a voter.
    Wallet(u32),
    /// The votes of a voter.
    Mine(u32),
    /// The live events around an event, asked for by a voter.
    Live(u32, u32),
    /// An event, asked for by a voter.
    Event(u32, u32),
}

/// What one connection remembers.
#[derive(Debug, Default)]
pub struct History {
    /// Everything acknowledged.
    pub journal: Vec<Entry>,
    recent: Vec<AcceptedVote>,
}

impl History {
    /// Some acknowledged vote, drawn at random.
    pub fn any_vote(&self, rng: &mut impl Rng) -> Option<&AcceptedVote> {
        (!self.recent.is_empty()).then(|| &self.recent[rng.random_range(0..self.recent.len())])
    }

    /// Takes in the response to `request`; a vote costs `cost`.
    pub fn on_response<'a>(
        &mut self,
        request: &FunpotRequest,
        response: Result<Response<'a>, ExchangeError>,
        cost: i64,
    ) -> Outcome<'a> {
        match (request, Outcome::of(response, &REFUSALS, "\"code\""), response) {
            (FunpotRequest::Vote(vote), Outcome::Accepted, Ok(response)) => {
                self.record(vote, &response, cost)
            }
            (FunpotRequest::Replay(first), Outcome::Accepted, Ok(response))
                if response.body_hash() != first.response =>
            {
                Outcome::Mismatch
            }
            (FunpotRequest::Bad(_), Outcome::Accepted, _) => Outcome::Failed("bad_vote_accepted".into()),
            (_, outcome, _) => outcome,
        }
    }

    fn record<'a>(&mut self, request: &VoteRequest, response: &Response<'a>, cost: i64) -> Outcome<'a> {
        let body = response.body;
        let Some(vote) = string_field(body, "\"voteId\"").and_then(uuid_bytes) else {
            return Outcome::Failed("malformed_answer".into());
        };
        if string_field(body, "\"optionId\"") != Some(&request.option) {
            return Outcome::Failed("other_terms".into());
        }
        let (voter, event) = (request.voter, request.event);
        self.journal.push(Entry { vote, voter, event, option: request.option.clone(), cost });
        let accepted = AcceptedVote { request: request.clone(), response: response.body_hash() };
        if self.recent.len() < RECENT_MAX {
            self.recent.push(accepted);
        } else {
            let at = usize::from(vote[15]) % RECENT_MAX;
            self.recent[at] = accepted;
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
        br#"{"voteId":"00000000-0000-8000-8000-000000000001","newBalance":5,"eventId":"e","optionId":"yes"}"#;

    fn vote() -> VoteRequest {
        VoteRequest { voter: 1, event: 0, option: "yes".into(), key: IdempotencyKey(1, 2) }
    }

    fn ok(status: u16, body: &[u8]) -> Result<Response<'_>, ExchangeError> {
        Ok(Response { status, body })
    }

    #[test]
    fn an_acknowledged_vote_is_journaled_and_its_replay_must_repeat_the_answer() {
        let mut history = History::default();
        assert_eq!(history.on_response(&FunpotRequest::Vote(vote()), ok(200, MADE), 100), Outcome::Accepted);
        assert_eq!((history.journal.len(), history.journal[0].cost), (1, 100));
        let accepted = history.any_vote(&mut SmallRng::seed_from_u64(1)).unwrap().clone();
        let mut replay =
            |body| history.on_response(&FunpotRequest::Replay(accepted.clone()), ok(200, body), 100);
        assert_eq!((replay(MADE), replay(b"{}")), (Outcome::Accepted, Outcome::Mismatch));
    }

    #[test]
    fn another_option_than_was_chosen_and_a_bad_vote_that_is_taken_are_failures() {
        let mut history = History::default();
        let other = br#"{"voteId":"00000000-0000-8000-8000-000000000001","optionId":"no"}"#;
        let mut outcome = |request: FunpotRequest, body| history.on_response(&request, ok(200, body), 100);
        assert_eq!(outcome(FunpotRequest::Vote(vote()), other), Outcome::Failed("other_terms".into()));
        assert_eq!(outcome(FunpotRequest::Vote(vote()), b"{}"), Outcome::Failed("malformed_answer".into()));
        assert_eq!(outcome(FunpotRequest::Bad(vote()), MADE), Outcome::Failed("bad_vote_accepted".into()));
        assert!(history.journal.is_empty());
    }
}
