//! Complete an event whose last show is over. It reads as completed from that moment on; this writes it down.

use super::{catalogue_write, event_get, event_lock};
use crate::app::App;
use crate::domain::catalogue_refusal::CatalogueRefusal;
use crate::domain::catalogue_view::EventView;
use crate::domain::event_status::EventStatus;
use crate::domain::ids::EventId;
use crate::store::events;
use kernel::{Actor, Refusal};

/// The completed event.
pub async fn run(app: &App, actor: Actor, id: EventId) -> Result<EventView, Refusal> {
    let completed = catalogue_write::run(app, move |tx, change| {
        let mut event = event_lock::event(tx, actor, id)?;
        let (from, to) = (event.status, EventStatus::Completed);
        let at_this_moment = event_lock::status(tx, &event, change.now)?;
        event.status = from.go(to)?;
        if at_this_moment != to {
            return Err(CatalogueRefusal::EventCannotGo { from, to }.into());
        }
        event.updated_at = change.now;
        events::update(tx, &event)?;
        change.tell_event("event.completed", &event);
        Ok(())
    });
    completed.await?;
    event_get::own(app, id)
}
