//! Which events a visitor may see, told with the newest known seats.

use crate::app::App;
use crate::domain::catalogue::Snapshot;
use crate::domain::catalogue_view::{EventView, event_view};
use crate::domain::event::Event;
use crate::domain::event_status::EventStatus;
use crate::domain::ids::ZoneId;
use kernel::{TenantId, Timestamp};
use std::sync::Arc;

/// Tells of `event` at `now` with the newest known seats.
pub fn view(app: &App, catalogue: &Snapshot, event: &Arc<Event>, now: Timestamp) -> EventView {
    let seats = |zone: ZoneId| app.availability.of(zone).map(|seats| (seats.available, seats.held));
    event_view(catalogue, &seats, event, now)
}

/// Tells of every event of `tenant` that anybody may see.
pub fn public_views(app: &App, catalogue: &Snapshot, tenant: TenantId, now: Timestamp) -> Vec<EventView> {
    let shown = catalogue.events(tenant).iter().filter(|event| event.fields.is_public);
    let views = shown.map(|event| view(app, catalogue, event, now));
    views.filter(|view| view.status != EventStatus::Draft).collect()
}

/// The event of `tenant` with this slug, if its page may be seen: drafts have none, unlisted ones do.
pub fn find(
    app: &App,
    catalogue: &Snapshot,
    tenant: TenantId,
    slug: &str,
    now: Timestamp,
) -> Option<EventView> {
    let event = catalogue.event_by_slug(tenant, slug)?;
    let view = view(app, catalogue, event, now);
    (view.status != EventStatus::Draft).then_some(view)
}
