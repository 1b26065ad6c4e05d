//! What one connection does: voters that are its own vote on what is open, and look at what they have.

use super::audience::{Audience, COST};
use super::history::{FunpotRequest, History, VoteRequest};
use super::mix::{FunpotKind, FunpotMix};
use crate::results::Outcome;
use crate::stall::{Caller, Workload};
use crate::wire::{ExchangeError, IdempotencyKey, Method, RequestBuffer, Response};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use std::io::Write as _;
use std::sync::Arc;

const VOTES_PATH: &[u8] = b"/funpot/api/votes";
const CEILING_PATH: &[u8] = b"/funpot/_load/ceiling";
/// No option of any event.
const BAD_OPTION: &str = "nobody-offers-this";

/// What makes the draws of a run.
#[derive(Debug, Clone, Copy)]
pub struct Seeds {
    /// Decides options and kinds.
    pub choices: u64,
    /// Begins every key; another in every run, or a second run would replay the first.
    pub keys: u64,
}

/// Voters, as one connection plays them; it lives through all phases of a run.
#[derive(Debug)]
pub struct Voters {
    audience: Arc<Audience>,
    mix: FunpotMix,
    rng: SmallRng,
    keys: IdempotencyKey,
    /// This connection's voters: every `step`th from `first` on.
    first: u32,
    step: u32,
    /// New votes so far: pairs of voter and event are walked through, so that none comes twice.
    pairs: u64,
    /// What it remembers.
    pub history: History,
}

impl Voters {
    /// Those of connection `number` of `connections`.
    #[must_use]
    pub fn new(number: u32, connections: u32, audience: Arc<Audience>, mix: FunpotMix, seeds: Seeds) -> Self {
        let spread = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self {
            audience,
            mix,
            rng: SmallRng::seed_from_u64(seeds.choices ^ spread),
            keys: IdempotencyKey(seeds.keys ^ spread, 0),
            first: number,
            step: connections,
            pairs: 0,
            history: History::default(),
        }
    }

    /// How many voters are this connection's.
    fn own(&self) -> u32 {
        let all = u32::try_from(self.audience.voters.len()).unwrap_or(u32::MAX);
        all.saturating_sub(self.first).div_ceil(self.step).max(1)
    }

    fn voter(&mut self) -> u32 {
        let own = self.own();
        let at = self.rng.random_range(0..own);
        self.voter_at(u64::from(at))
    }

    fn voter_at(&self, at: u64) -> u32 {
        let all = u32::try_from(self.audience.voters.len()).unwrap_or(u32::MAX);
        let own = u32::try_from(at).unwrap_or(0);
        (self.first + self.step * own).min(all.saturating_sub(1))
    }

    fn event(&mut self) -> u32 {
        let count = u32::try_from(self.audience.events.len()).unwrap_or(u32::MAX);
        self.rng.random_range(0..count)
    }

    fn next_key(&mut self) -> IdempotencyKey {
        self.keys.1 += 1;
        self.keys
    }

    /// A vote of the next voter; when all have voted on an event, on the next one.
    fn new_vote(&mut self) -> VoteRequest {
        let (own, events) = (u64::from(self.own()), self.audience.events.len() as u64);
        let (voter, round) = (self.voter_at(self.pairs % own), self.pairs / own);
        // Each voter begins with another event, so that all events fill at once.
        let event = u32::try_from((round + u64::from(voter)) % events).unwrap_or(0);
        self.pairs += 1;
        let options = &self.audience.events[event as usize].options;
        let option = options[self.rng.random_range(0..options.len())].as_str().into();
        VoteRequest { voter, event, option, key: self.next_key() }
    }

    fn bad_vote(&mut self) -> VoteRequest {
        let (voter, event, key) = (self.voter(), self.event(), self.next_key());
        VoteRequest { voter, event, option: BAD_OPTION.into(), key }
    }

    fn second_vote(&mut self) -> Option<FunpotRequest> {
        let earlier = self.history.any_vote(&mut self.rng)?.request.clone();
        Some(FunpotRequest::Bad(VoteRequest { key: self.next_key(), ..earlier }))
    }

    fn other(&mut self, kind: FunpotKind) -> Option<FunpotRequest> {
        Some(match kind {
            FunpotKind::Replay => FunpotRequest::Replay(self.history.any_vote(&mut self.rng)?.clone()),
            FunpotKind::Second => self.second_vote()?,
            FunpotKind::BadOption => FunpotRequest::Bad(self.bad_vote()),
            FunpotKind::Wallet => FunpotRequest::Wallet(self.voter()),
            FunpotKind::Mine => FunpotRequest::Mine(self.voter()),
            FunpotKind::Live => FunpotRequest::Live(self.voter(), self.event()),
            FunpotKind::Event => FunpotRequest::Event(self.voter(), self.event()),
            FunpotKind::Vote | FunpotKind::Ceiling => return None,
        })
    }

    fn write_vote(&self, buffer: &mut RequestBuffer, path: &[u8], vote: &VoteRequest) -> Method {
        let event = &self.audience.events[vote.event as usize].event_id;
        buffer.path.extend_from_slice(path);
        buffer.token.extend_from_slice(self.audience.voters[vote.voter as usize].token.as_bytes());
        write!(buffer.body, r#"{{"eventId":"{event}","optionId":"{}","cost":{COST}}}"#, vote.option)
            .expect("writing to memory cannot fail");
        Method::PostKeyed(vote.key)
    }

    fn write_read(&self, buffer: &mut RequestBuffer, voter: u32, path: &str) -> Method {
        buffer.path.extend_from_slice(path.as_bytes());
        buffer.token.extend_from_slice(self.audience.voters[voter as usize].token.as_bytes());
        Method::Get
    }
}

impl Caller for Voters {
    type Kind = FunpotKind;
    type Request = FunpotRequest;

    /// What cannot be asked yet (nothing to replay) becomes a vote.
    fn next_request(&mut self, workload: Workload) -> (FunpotKind, FunpotRequest) {
        let kind = match workload {
            Workload::Mix => self.mix.pick(self.rng.random_range(0..self.mix.total())),
            Workload::Ceiling => return (FunpotKind::Ceiling, FunpotRequest::Ceiling(self.bad_vote())),
        };
        match self.other(kind) {
            Some(request) => (kind, request),
            None => (FunpotKind::Vote, FunpotRequest::Vote(self.new_vote())),
        }
    }

    fn write_request(&mut self, request: &FunpotRequest, buffer: &mut RequestBuffer) -> Method {
        let event = |at: u32| &self.audience.events[at as usize];
        match request {
            FunpotRequest::Vote(vote) | FunpotRequest::Bad(vote) => self.write_vote(buffer, VOTES_PATH, vote),
            FunpotRequest::Replay(earlier) => self.write_vote(buffer, VOTES_PATH, &earlier.request),
            FunpotRequest::Ceiling(vote) => self.write_vote(buffer, CEILING_PATH, vote),
            FunpotRequest::Wallet(voter) => self.write_read(buffer, *voter, "/funpot/api/wallet"),
            FunpotRequest::Mine(voter) => self.write_read(buffer, *voter, "/funpot/api/votes/mine?limit=20"),
            FunpotRequest::Live(voter, at) => {
                let path = format!("/funpot/api/events/live?streamerId={}", event(*at).streamer_id);
                self.write_read(buffer, *voter, &path)
            }
            FunpotRequest::Event(voter, at) => {
                let path = format!("/funpot/api/events/{}", event(*at).event_id);
                self.write_read(buffer, *voter, &path)
            }
        }
    }

    fn on_response<'a>(
        &mut self,
        request: &FunpotRequest,
        response: Result<Response<'a>, ExchangeError>,
        _: u32,
    ) -> Outcome<'a> {
        self.history.on_response(request, response, COST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::funpot::control::{CreatedEvent, Voter};
    use std::collections::HashSet;

    #[test]
    fn no_pair_of_voter_and_event_is_drawn_twice_by_any_connection() {
        let event = |at: u32| CreatedEvent {
            event_id: at.to_string(),
            streamer_id: String::new(),
            options: vec!["yes".to_owned(), "no".to_owned()],
        };
        let voter = |at: u32| Voter { user_id: at.to_string(), token: at.to_string() };
        let voters = (0..10).map(voter).collect();
        let audience = Arc::new(Audience { voters, events: (0..4).map(event).collect() });
        let mut pairs = HashSet::new();
        for number in 0..3 {
            let seeds = Seeds { choices: 1, keys: 2 };
            let mut voters = Voters::new(number, 3, Arc::clone(&audience), FunpotMix::default(), seeds);
            for _ in 0..voters.own() * 4 {
                let vote = voters.new_vote();
                assert!(pairs.insert((vote.voter, vote.event)), "{vote:?}");
            }
        }
        assert_eq!(pairs.len(), 40);
    }
}
