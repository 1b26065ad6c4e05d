//! Cancel an event: from this commit on nothing of it is sold. What buyers get back follows from `event.cancelled`.

use super::{catalogue_write, event_get, event_lock};
use crate::app::App;
use crate::domain::catalogue_view::EventView;
use crate::domain::event_status::EventStatus;
use crate::domain::ids::EventId;
use crate::store::events;
use kernel::{Actor, Refusal};

/// The cancelled event.
pub async fn run(app: &App, actor: Actor, id: EventId) -> Result<EventView, Refusal> {
    let cancelled = catalogue_write::run(app, move |tx, change| {
        let mut event = event_lock::event(tx, actor, id)?;
        event.status = event_lock::status(tx, &event, change.now)?.go(EventStatus::Cancelled)?;
        event.updated_at = change.now;
        events::update(tx, &event)?;
        change.tell_event("event.cancelled", &event);
        Ok(())
    });
    cancelled.await?;
    event_get::own(app, id)
}
