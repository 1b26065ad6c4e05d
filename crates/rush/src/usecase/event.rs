//! Reading events: one by id or slug, a tenant's public ones, the caller's own.

use super::visitor::{Visitor, seats_of};
use crate::app::App;
use crate::domain::catalogue::Snapshot;
use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::domain::catalogue_search::{EventQuery, search};
use crate::domain::catalogue_view::{EventView, event_view};
use crate::domain::event::{Event, may_create};
use crate::domain::event_status::EventStatus;
use crate::domain::ids::EventId;
use kernel::{Actor, PageRequest, Paged, Refusal, TenantId};
use std::sync::Arc;

/// The event with this id. A draft is there for its owner alone; another tenant's event is there for nobody.
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

/// One page of what `query` looks for among the events that are published, or were and are over.
#[must_use]
pub fn list(app: &App, tenant: TenantId, query: &EventQuery, page: PageRequest) -> Paged<EventView> {
    let (snapshot, now) = (app.catalogue.current(), app.clock.now());
    let events = snapshot.events(tenant).iter().filter(|event| event.fields.is_public);
    let views = events.map(|event| event_view(&snapshot, &seats_of(app), event, now));
    let listed = |view: &EventView| matches!(view.status, EventStatus::Published | EventStatus::Completed);
    search(views.filter(listed).collect(), query, page, now)
}

/// One page of what `query` looks for among the events somebody runs, in every state: an organizer the own ones, an admin
/// all of the tenant.
pub fn mine(
    app: &App,
    actor: Actor,
    query: &EventQuery,
    page: PageRequest,
) -> Result<Paged<EventView>, Refusal> {
    let tenant = may_create(actor)?;
    let (snapshot, now) = (app.catalogue.current(), app.clock.now());
    let own = snapshot.events(tenant).iter().filter(|event| event.may_be_changed_by(actor).is_ok());
    let views = own.map(|event| event_view(&snapshot, &seats_of(app), event, now));
    Ok(search(views.collect(), query, page, now))
}
