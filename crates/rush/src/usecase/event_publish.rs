//! Publish a draft that has something to sell.

use super::{catalogue_write, event_get, event_lock};
use crate::app::App;
use crate::domain::catalogue_refusal::CatalogueRefusal;
use crate::domain::catalogue_view::EventView;
use crate::domain::event_status::EventStatus;
use crate::domain::ids::EventId;
use crate::store::{events, shows, zones};
use kernel::{Actor, Refusal, Timestamp};
use store::{StoreError, Tx};

/// The published event.
pub async fn run(app: &App, actor: Actor, id: EventId) -> Result<EventView, Refusal> {
    let published = catalogue_write::run(app, move |tx, change| {
        let mut event = event_lock::event(tx, actor, id)?;
        event.status = event.status.go(EventStatus::Published)?;
        if !has_something_to_sell(tx, id, change.now)? {
            return Err(CatalogueRefusal::EventHasNothingToSell.into());
        }
        event.published_at = Some(change.now);
        event.updated_at = change.now;
        events::update(tx, &event)?;
        change.tell_event("event.published", &event);
        Ok(())
    });
    published.await?;
    event_get::own(app, id)
}

fn has_something_to_sell(tx: &mut Tx<'_>, id: EventId, now: Timestamp) -> Result<bool, StoreError> {
    let mut coming = shows::of_event(tx, id)?;
    coming.retain(|show| !show.is_cancelled && show.fields.over_at() > now);
    let zones = zones::of_event(tx, id)?;
    Ok(zones.iter().any(|zone| zone.fields.is_active && coming.iter().any(|show| show.id == zone.show)))
}
