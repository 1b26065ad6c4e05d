//! The steps of an event's life: published, taken back, cancelled, completed, deleted.

use super::zone_seats::ZoneSeats;
use super::{cancellation_start, catalogue_write, event, event_lock};
use crate::app::App;
use crate::domain::catalogue_refusal::CatalogueRefusal;
use crate::domain::catalogue_view::EventView;
use crate::domain::event_status::EventStatus;
use crate::domain::ids::EventId;
use crate::store::{events, shows, zones};
use kernel::{Actor, Refusal, Timestamp};
use store::{StoreError, Tx};

/// The published event: a draft that has something to sell.
pub async fn publish(app: &App, actor: Actor, id: EventId) -> Result<EventView, Refusal> {
    let published = catalogue_write::run(app, move |tx, change| {
        let mut event = event_lock::event(tx, actor, id)?;
        event.status = event.status.go(EventStatus::Published)?;
        if !has_something_to_sell(tx, id, change.now)? {
            return Err(CatalogueRefusal::EventHasNothingToSell.into());
        }
        event.published_at = Some(change.now);
        event.updated_at = change.now;
        events::update(tx, &event)?;
        change.enqueue_of_event("event.published", &event);
        Ok(())
    });
    published.await?;
    event::own(app, id)
}

fn has_something_to_sell(tx: &mut Tx<'_>, id: EventId, now: Timestamp) -> Result<bool, StoreError> {
    let mut coming = shows::of_event(tx, id)?;
    coming.retain(|show| !show.is_cancelled && show.fields.over_at() > now);
    let zones = zones::of_event(tx, id)?;
    Ok(zones.iter().any(|zone| zone.fields.is_active && coming.iter().any(|show| show.id == zone.show)))
}

/// The draft that an event of which nothing is sold or held becomes again.
pub async fn unpublish(app: &App, actor: Actor, id: EventId) -> Result<EventView, Refusal> {
    let unpublished = catalogue_write::run(app, move |tx, change| {
        let mut event = event_lock::event(tx, actor, id)?;
        event.status = event_lock::status(tx, &event, change.now)?.go(EventStatus::Draft)?;
        let zones = zones::of_event(tx, id)?;
        ZoneSeats::load(tx, event.tenant, &zones)?.must_be_free(&zones)?;
        event.updated_at = change.now;
        events::update(tx, &event)?;
        change.enqueue_of_event("event.unpublished", &event);
        Ok(())
    });
    unpublished.await?;
    event::own(app, id)
}

/// The cancelled event: from this commit on nothing of it is sold. What buyers paid for it
/// goes back by itself (`cancellation_run`).
pub async fn cancel(app: &App, actor: Actor, id: EventId) -> Result<EventView, Refusal> {
    let cancelled = catalogue_write::run(app, move |tx, change| {
        let mut event = event_lock::event(tx, actor, id)?;
        event.status = event_lock::status(tx, &event, change.now)?.go(EventStatus::Cancelled)?;
        event.updated_at = change.now;
        events::update(tx, &event)?;
        change.enqueue_of_event("event.cancelled", &event);
        cancellation_start::start(tx, change, actor, (event.tenant, event.id), None)?;
        Ok(())
    });
    cancelled.await?;
    event::own(app, id)
}

/// The completed event, whose last show is over. It reads as completed from that moment on; this writes it down.
pub async fn complete(app: &App, actor: Actor, id: EventId) -> Result<EventView, Refusal> {
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
        change.enqueue_of_event("event.completed", &event);
        Ok(())
    });
    completed.await?;
    event::own(app, id)
}

/// Deletes an event of which nothing is sold or held, with its shows and zones; their seats go back into stock, its rows stay
/// for the books.
pub async fn delete(app: &App, actor: Actor, id: EventId) -> Result<(), Refusal> {
    let deleted = catalogue_write::run(app, move |tx, change| {
        let event = event_lock::event(tx, actor, id)?;
        let zones = zones::of_event(tx, id)?;
        let mut seats = ZoneSeats::load(tx, event.tenant, &zones)?;
        seats.must_be_free(&zones)?;
        seats.withdraw(change, &zones)?;
        seats.save(tx)?;
        events::delete(tx, event.tenant, id, change.now)?;
        change.enqueue_of_event("event.deleted", &event);
        Ok(())
    });
    deleted.await
}
