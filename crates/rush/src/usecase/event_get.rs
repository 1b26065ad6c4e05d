//! Get one event, by id or by slug. A draft is there for its owner alone; another tenant's event is there for nobody.

use super::visitor::{Visitor, seats_of};
use crate::app::App;
use crate::domain::catalogue::Snapshot;
use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::domain::catalogue_view::{EventView, event_view};
use crate::domain::event::Event;
use crate::domain::ids::EventId;
use kernel::Refusal;
use std::sync::Arc;

/// The event with this id.
pub fn by_id(app: &App, visitor: Visitor, id: EventId) -> Result<EventView, Refusal> {
    let snapshot = app.catalogue.current();
    let found = visible(&snapshot, visitor, id)?;
    Ok(event_view(&snapshot, &seats_of(app), found, app.clock.now()))
}

/// The event with this slug.
pub fn by_slug(app: &App, visitor: Visitor, slug: &str) -> Result<EventView, Refusal> {
    let snapshot = app.catalogue.current();
    let found = snapshot.event_by_slug(visitor.tenant, slug).map(|event| event.id);
    let id = found.ok_or(CatalogueRefusal::ThereIsNoSuch(Noun::Event))?;
    by_id(app, visitor, id)
}

/// The event that its owner has just written.
pub(super) fn own(app: &App, id: EventId) -> Result<EventView, Refusal> {
    let snapshot = app.catalogue.current();
    let found = snapshot.event(id).ok_or(CatalogueRefusal::ThereIsNoSuch(Noun::Event))?;
    Ok(event_view(&snapshot, &seats_of(app), found, app.clock.now()))
}

/// The event, if it is there for this visitor.
pub(super) fn visible(
    snapshot: &Snapshot,
    visitor: Visitor,
    id: EventId,
) -> Result<&Arc<Event>, CatalogueRefusal> {
    let there = |event: &&Arc<Event>| event.tenant == visitor.tenant && event.is_visible_to(visitor.actor);
    snapshot.event(id).filter(there).ok_or(CatalogueRefusal::ThereIsNoSuch(Noun::Event))
}
