//! List a tenant's public events: filters, words, order, pages.

use super::visitor::seats_of;
use crate::app::App;
use crate::domain::catalogue_search::{EventQuery, search};
use crate::domain::catalogue_view::{EventView, event_view};
use crate::domain::event_status::EventStatus;
use kernel::{PageRequest, Paged, TenantId};

/// One page of what `query` looks for among the events that are published, or were and are over.
#[must_use]
pub fn run(app: &App, tenant: TenantId, query: &EventQuery, page: PageRequest) -> Paged<EventView> {
    let (snapshot, now) = (app.catalogue.current(), app.clock.now());
    let events = snapshot.events(tenant).iter().filter(|event| event.fields.is_public);
    let views = events.map(|event| event_view(&snapshot, &seats_of(app), event, now));
    let listed = |view: &EventView| matches!(view.status, EventStatus::Published | EventStatus::Completed);
    search(views.filter(listed).collect(), query, page, now)
}
