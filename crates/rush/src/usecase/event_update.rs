//! Change the fields of an event. Its state is changed by other verbs.

use super::event_create::{category_of, check_category, choose_slug, taken};
use super::{catalogue_write, event, event_lock};
use crate::app::App;
use crate::domain::catalogue_view::EventView;
use crate::domain::event::{EventInput, apply};
use crate::domain::ids::EventId;
use crate::store::events;
use kernel::{Actor, Refusal};

/// The changed event.
pub async fn run(app: &App, actor: Actor, id: EventId, input: EventInput) -> Result<EventView, Refusal> {
    let category = category_of(app, &input)?;
    let changed = catalogue_write::run(app, move |tx, change| {
        let mut event = event_lock::event(tx, actor, id)?;
        event.status.must_be_open()?;
        event.fields = apply(event.fields, input.clone(), category)?;
        event.updated_at = change.now;
        check_category(tx, &event)?;
        choose_slug(tx, &mut event)?;
        events::update(tx, &event).map_err(taken)?;
        change.enqueue_of_event("event.updated", &event);
        Ok(())
    });
    changed.await?;
    event::own(app, id)
}
