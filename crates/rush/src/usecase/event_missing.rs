//! What an event lacks before it is published, for whoever runs it.

use super::event_read;
use crate::app::App;
use crate::domain::event_missing::{Missing, missing};
use crate::domain::ids::EventId;
use kernel::{Actor, Refusal};

/// What stands in the way first, then what guests would miss.
pub fn of_event(app: &App, actor: Actor, id: EventId) -> Result<Vec<Missing>, Refusal> {
    let event = event_read::of_runner(app, actor, id)?;
    let snapshot = app.catalogue.current();
    let shows: Vec<_> = snapshot.shows(id).iter().map(AsRef::as_ref).collect();
    let zones: Vec<_> = shows.iter().flat_map(|show| snapshot.zones(show.id)).map(AsRef::as_ref).collect();
    Ok(missing(&event, &shows, &zones, app.clock.now()))
}
