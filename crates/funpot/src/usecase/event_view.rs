//! Events as they are read: one, a history, and a user's own votes.

use crate::app::App;
use crate::domain::event::PotEvent;
use crate::domain::ids::{EventId, ResultId};
use crate::domain::money::locator_kind;
use crate::domain::result::EventResult;
use crate::domain::vote::Vote;
use crate::store::{event_sources, events, results, votes};
use kernel::{Refusal, UserId};
use store::{StoreError, locator};

pub use crate::store::event_sources::EventSource;
pub use crate::store::events::EventFilter;

/// An event and what belongs to it.
#[derive(Debug, Clone)]
pub struct SeenEvent {
    /// The event.
    pub event: PotEvent,
    /// Where it came from.
    pub source: Option<EventSource>,
    /// What the reader voted for.
    pub vote: Option<usize>,
    /// The result that is proposed or was carried out; read with one event alone.
    pub verdict: Option<EventResult>,
}

/// One event. Errors: 404.
pub async fn one(app: &App, id: EventId, user: Option<UserId>) -> Result<SeenEvent, Refusal> {
    let seen: Option<SeenEvent> = app
        .store
        .read(move |tx| {
            let Some(event) = events::by_id(tx, id)? else { return Ok::<_, StoreError>(None) };
            let source = event_sources::by_event(tx, id)?;
            let seq =
                user.map(|user| locator::find(tx, user.0, locator_kind::VOTE, id.0)).transpose()?.flatten();
            let vote = seq.map(|seq| votes::by_places(tx, &[(id.0, seq)])).transpose()?;
            let vote = vote.and_then(|mut votes| votes.pop()).map(|vote| vote.option);
            let verdict = event.result.map(|id| results::by_id(tx, ResultId(id))).transpose()?.flatten();
            Ok(Some(SeenEvent { event, source, vote, verdict }))
        })
        .await?;
    seen.ok_or_else(|| Refusal::not_found("event"))
}

/// A page of history, newest first.
pub async fn list(app: &App, filter: EventFilter) -> Result<Vec<SeenEvent>, Refusal> {
    let seen = app.store.read(move |tx| {
        let found = events::list(tx, &filter)?;
        let with_source = found.into_iter().map(|event| {
            let source = event_sources::by_event(tx, event.id)?;
            Ok(SeenEvent { event, source, vote: None, verdict: None })
        });
        with_source.collect::<Result<Vec<_>, StoreError>>()
    });
    Ok(seen.await?)
}

/// A page of a user's own votes, newest event first, each with its event.
pub async fn votes_of(
    app: &App,
    user: UserId,
    before: i64,
    limit: i64,
) -> Result<Vec<(Vote, PotEvent)>, Refusal> {
    let found = app.store.read(move |tx| {
        let places = votes::places_of_user(tx, user, before, limit)?;
        let own = votes::by_places(tx, &places)?;
        let mut with_events = Vec::with_capacity(own.len());
        for vote in own {
            let event = events::by_id(tx, vote.event)?;
            let event =
                event.ok_or_else(|| StoreError::Corrupt(format!("vote {} has no event", vote.id.0)))?;
            with_events.push((vote, event));
        }
        with_events.sort_by_key(|(vote, _)| std::cmp::Reverse(vote.event));
        Ok::<_, StoreError>(with_events)
    });
    Ok(found.await?)
}
