//! Reading events that take votes into memory: all at the start, one when it opens or moves.

use crate::app::App;
use crate::domain::event::{PotEvent, State};
use crate::domain::ids::EventId;
use crate::store::{event_sources, events, votes};
use store::{StoreError, Tx};

/// An event and what is kept of it.
type Loaded = (PotEvent, String, Vec<(i64, usize)>);

/// Takes every event in that takes votes, and lets go of those that take none any more.
pub async fn run(app: &App) -> Result<(), StoreError> {
    let loaded: Vec<Loaded> = app
        .store
        .read(|tx| {
            let live = events::live(tx)?;
            live.into_iter().map(|event| load(tx, event)).collect::<Result<_, StoreError>>()
        })
        .await?;
    let gone: Vec<EventId> = app.live.all().iter().map(|live| live.event.id).collect();
    let gone = gone.into_iter().filter(|id| loaded.iter().all(|(event, ..)| event.id != *id));
    gone.for_each(|id| {
        app.live.remove(id);
    });
    loaded.into_iter().for_each(|(event, prompts, voters)| app.live.insert(event, prompts, voters));
    Ok(())
}

/// Takes one event in, if it takes votes; the event and its prompts, whatever its state.
pub async fn one(app: &App, id: EventId) -> Result<Option<(PotEvent, String)>, StoreError> {
    let loaded: Option<Loaded> =
        app.store.read(move |tx| events::by_id(tx, id)?.map(|event| load(tx, event)).transpose()).await?;
    let Some((event, prompts, voters)) = loaded else { return Ok(None) };
    if event.state == State::Live {
        app.live.insert(event.clone(), prompts.clone(), voters);
    }
    Ok(Some((event, prompts)))
}

/// The row of an event, whatever its state.
pub async fn row(app: &App, id: EventId) -> Result<Option<PotEvent>, StoreError> {
    app.store.read(move |tx| events::by_id(tx, id)).await
}

fn load(tx: &mut Tx<'_>, event: PotEvent) -> Result<Loaded, StoreError> {
    let source = event_sources::by_event(tx, event.id)?;
    let voters = if event.votes > 0 { votes::voters(tx, event.id)? } else { Vec::new() };
    Ok((event, source.map_or_else(|| "{}".to_owned(), |source| source.prompt_versions), voters))
}
