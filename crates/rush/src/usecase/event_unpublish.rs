//! Unpublish: an event of which nothing is sold or held becomes a draft again.

use super::zone_seats::ZoneSeats;
use super::{catalogue_write, event_get, event_lock};
use crate::app::App;
use crate::domain::catalogue_view::EventView;
use crate::domain::event_status::EventStatus;
use crate::domain::ids::EventId;
use crate::store::{events, zones};
use kernel::{Actor, Refusal};

/// The draft.
pub async fn run(app: &App, actor: Actor, id: EventId) -> Result<EventView, Refusal> {
    let unpublished = catalogue_write::run(app, move |tx, change| {
        let mut event = event_lock::event(tx, actor, id)?;
        event.status = event_lock::status(tx, &event, change.now)?.go(EventStatus::Draft)?;
        let zones = zones::of_event(tx, id)?;
        ZoneSeats::load(tx, event.tenant, &zones)?.must_be_free(&zones)?;
        event.updated_at = change.now;
        events::update(tx, &event)?;
        change.tell_event("event.unpublished", &event);
        Ok(())
    });
    unpublished.await?;
    event_get::own(app, id)
}
