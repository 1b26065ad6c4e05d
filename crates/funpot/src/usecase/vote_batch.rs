//! The writer's side of voting: load, decide, save for every request that is waiting. `domain::vote` decides.

use crate::domain::event::{PotEvent, Tally};
use crate::domain::ids::{EventId, VoteId};
use crate::domain::live_config::{Flag, LiveConfig};
use crate::domain::money::locator_kind;
use crate::domain::pot_event;
use crate::domain::vote::{self, Vote, VoteContext, VoteRefusal, VoteRequest};
use crate::live::LiveEvents;
use crate::store::{events, votes};
use arc_swap::ArcSwap;
use kernel::{Event, IdSource, Timestamp};
use ledger::{Book, Declined};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use store::keyed::{Decided, Earlier, Key, KeyKind, KeyedHandler, KeyedVerb, Keys, Lifetime, Saved, hash63};
use store::locator::{Kind, Locators};
use store::{StoreError, Tx};

/// Which keys votes are known by: both stand for ever.
pub const KEYS: &[KeyKind] = &[
    KeyKind { number: locator_kind::VOTE_KEY, lifetime: Lifetime::Forever },
    KeyKind { number: locator_kind::VOTE, lifetime: Lifetime::Forever },
];

/// What a request got: the vote, fresh or of an earlier request with the same key; or why not.
#[derive(Debug, Clone)]
pub struct VoteAnswer {
    /// The answer.
    pub verdict: Result<Accepted, VoteRefusal>,
    /// The tallies of the event after a fresh vote.
    tallies: Option<Vec<Tally>>,
}

/// A vote that is on disk.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// The vote as it was when it was cast.
    pub vote: Arc<Vote>,
    /// Whether an earlier request cast it.
    pub replayed: bool,
}

/// Decides batches of votes.
pub type VoteHandler = KeyedHandler<VoteVerb>;

/// What voting works with.
pub struct VoteVerb {
    pub(crate) ids: Arc<IdSource>,
    pub(crate) live: Arc<LiveEvents>,
    pub(crate) config: Arc<ArcSwap<LiveConfig>>,
}

/// Everything a batch of requests looks at, and what it makes.
pub struct Batch {
    book: Book,
    events: BTreeMap<i64, PotEvent>,
    /// (user, event) of votes that were there before, and of those of this batch.
    voted: HashSet<(i64, i64)>,
    made: Vec<Arc<Vote>>,
    facts: Vec<Event>,
    paid_voting: bool,
}

impl KeyedVerb for VoteVerb {
    type Command = VoteRequest;
    type Outcome = VoteAnswer;
    type Made = Arc<Vote>;
    type Batch = Batch;

    const KIND: Kind = locator_kind::VOTE_KEY;

    fn name(&self) -> &'static str {
        "vote"
    }

    fn key(request: &VoteRequest) -> Key {
        Key { owner: request.user.0, hash: request.key_hash }
    }

    fn load(
        &self,
        tx: &mut Tx<'_>,
        keys: &Keys,
        requests: &[&VoteRequest],
    ) -> Result<(Batch, Earlier<Arc<Vote>>), StoreError> {
        let ids: Vec<i64> = requests.iter().map(|request| request.event.0).collect();
        let accounts: Vec<i64> = requests.iter().map(|request| request.user.0).chain(ids.clone()).collect();
        let (mut events, mut book, mut found) = (Vec::new(), Book::new(), Vec::new());
        let mut earlier = Earlier::default();
        let mut flight = tx.flight();
        events::query_locked(&mut flight, &ids, &mut events)?;
        book.query_accounts(&mut flight, &accounts)?;
        keys.query(&mut flight, &questions(requests), &mut found)?;
        match flight.at_once() {
            Some(tx) => earlier = load_earlier(tx, keys, requests)?,
            None => votes::query_earlier(
                &mut flight,
                requests.iter().map(|one| Self::key(one)).collect(),
                &mut earlier,
            )?,
        }
        flight.land()?;
        let voted = requests.iter().zip(found).filter(|(_, found)| found.is_some());
        let voted = voted.map(|(request, _)| (request.user.0, request.event.0)).collect();
        let batch = Batch {
            book,
            events: events.into_iter().map(|event| (event.id.0, event)).collect(),
            voted,
            made: Vec::with_capacity(requests.len()),
            facts: Vec::with_capacity(requests.len()),
            paid_voting: self.config.load().is_on(Flag::PaidVoting),
        };
        Ok((batch, earlier))
    }

    fn is_same(vote: &Arc<Vote>, request: &VoteRequest) -> bool {
        vote.request_hash == request.request_hash && vote.key == request.key
    }

    fn repeat(&self, vote: &Arc<Vote>, _: &VoteRequest) -> VoteAnswer {
        VoteAnswer { verdict: Ok(Accepted { vote: Arc::clone(vote), replayed: true }), tallies: None }
    }

    fn refuse_changed(&self, _: &VoteRequest) -> VoteAnswer {
        refused(VoteRefusal::KeyWasUsed)
    }

    fn decide(
        &self,
        batch: &mut Batch,
        request: &VoteRequest,
        now: Timestamp,
    ) -> Result<Decided<Self>, StoreError> {
        let Some(event) = batch.events.get_mut(&request.event.0) else {
            return Ok(Decided { outcome: refused(VoteRefusal::EventNotFound), made: None });
        };
        let context = VoteContext {
            id: VoteId(self.ids.next(now)),
            has_voted: batch.voted.contains(&(request.user.0, request.event.0)),
            paid_voting: batch.paid_voting,
            now,
        };
        match vote::cast(batch.book.rules(), event, request, context) {
            Ok(vote) => {
                let tallies = event.tallies.clone();
                batch.facts.push(pot_event::vote_accepted(self.ids.next(now), &vote, &tallies, now));
                let vote = batch.keep(vote);
                let verdict = Ok(Accepted { vote: Arc::clone(&vote), replayed: false });
                Ok(Decided { outcome: VoteAnswer { verdict, tallies: Some(tallies) }, made: Some(vote) })
            }
            Err(Declined::Refused(refusal)) => Ok(Decided { outcome: refused(refusal), made: None }),
            Err(Declined::Fault(fault)) => Err(fault.into()),
        }
    }

    /// A key stands for the event that was voted on with it: a user has one vote there.
    fn id(vote: &Arc<Vote>) -> i64 {
        vote.event.0
    }

    fn save(&self, tx: &mut Tx<'_>, mut batch: Batch, _: Timestamp) -> Result<Saved, StoreError> {
        batch.book.save(tx)?;
        let rows: Vec<&Vote> = batch.made.iter().map(Arc::as_ref).collect();
        votes::insert(tx, &rows)?;
        let changed: HashSet<i64> = batch.made.iter().map(|vote| vote.event.0).collect();
        events::save_counts(tx, batch.events.values().filter(|event| changed.contains(&event.id.0)))?;
        let mut entries = Locators::default();
        for vote in &batch.made {
            entries.add(vote.user.0, locator_kind::VOTE, vote.event.0, vote.seq);
        }
        Ok(Saved { entries, events: batch.facts })
    }

    fn publish(&self, answers: &[VoteAnswer]) {
        let fresh = answers.iter().filter_map(|answer| {
            let vote = &answer.verdict.as_ref().ok()?.vote;
            answer.tallies.as_ref().map(|tallies| (vote, tallies))
        });
        let mut accepted = 0;
        for (vote, tallies) in fresh {
            self.live.count(vote.event, vote.seq, (vote.user.0, vote.option), tallies);
            accepted += 1;
        }
        metrics::counter!("votes_submitted_total", "outcome" => "accepted").increment(accepted);
        let refused = answers.iter().filter(|answer| answer.verdict.is_err()).count();
        metrics::counter!("votes_submitted_total", "outcome" => "refused").increment(refused as u64);
    }
}

impl Batch {
    fn keep(&mut self, vote: Vote) -> Arc<Vote> {
        self.voted.insert((vote.user.0, vote.event.0));
        let vote = Arc::new(vote);
        self.made.push(Arc::clone(&vote));
        vote
    }
}

fn refused(refusal: VoteRefusal) -> VoteAnswer {
    VoteAnswer { verdict: Err(refusal), tallies: None }
}

/// The hash of what is asked under a key.
#[must_use]
pub fn request_hash(event: EventId, option: &str, cost: Option<i64>) -> i64 {
    let cost = cost.map_or_else(String::new, |cost| cost.to_string());
    hash63(&[
        &event.0.to_be_bytes(),
        &(option.len() as u64).to_be_bytes(),
        option.as_bytes(),
        cost.as_bytes(),
    ])
}

/// One look-up a request: the user's vote on its event.
fn questions(requests: &[&VoteRequest]) -> Locators {
    let mut questions = Locators::default();
    for request in requests {
        questions.ask(request.user.0, locator_kind::VOTE, request.event.0);
    }
    questions
}

/// The votes that keys were used for, one look-up after the other. Most batches have found none and read nothing.
fn load_earlier(
    tx: &mut Tx<'_>,
    keys: &Keys,
    requests: &[&VoteRequest],
) -> Result<Earlier<Arc<Vote>>, StoreError> {
    let mut asked = Locators::default();
    requests.iter().for_each(|one| asked.ask(one.user.0, locator_kind::VOTE_KEY, one.key_hash));
    let found = keys.find(tx, &asked)?;
    let used =
        requests.iter().zip(found).filter_map(|(request, event)| Some((VoteVerb::key(request), event?)));
    let used: Vec<(Key, i64)> = used.collect();
    let mut earlier = Earlier::default();
    let mut questions = Locators::default();
    used.iter().for_each(|(key, event)| questions.ask(key.owner, locator_kind::VOTE, *event));
    let numbers = questions.find(tx)?;
    let places: Option<Vec<(i64, i64)>> =
        used.iter().zip(numbers).map(|((_, event), seq)| Some((*event, seq?))).collect();
    let places = places.ok_or_else(|| StoreError::Corrupt("a key of no vote".to_owned()))?;
    let known: BTreeMap<(i64, i64), Arc<Vote>> = votes::by_places(tx, &places)?
        .into_iter()
        .map(|vote| ((vote.user.0, vote.event.0), Arc::new(vote)))
        .collect();
    for (key, event) in used {
        let vote = known.get(&(key.owner, event));
        let vote = vote.ok_or_else(|| StoreError::Corrupt(format!("a vote on event {event} is gone")))?;
        earlier.insert(key, Arc::clone(vote));
    }
    Ok(earlier)
}
