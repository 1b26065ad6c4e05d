//! Delete an event of which nothing is sold or held, with its shows and zones; their seats go back into stock.

use super::zone_seats::ZoneSeats;
use super::{catalogue_write, event_lock};
use crate::app::App;
use crate::domain::ids::EventId;
use crate::store::{events, zones};
use kernel::{Actor, Refusal};

/// Deletes it; its rows stay for the books.
pub async fn run(app: &App, actor: Actor, id: EventId) -> Result<(), Refusal> {
    let deleted = catalogue_write::run(app, move |tx, change| {
        let event = event_lock::event(tx, actor, id)?;
        let zones = zones::of_event(tx, id)?;
        let mut seats = ZoneSeats::load(tx, event.tenant, &zones)?;
        seats.must_be_free(&zones)?;
        seats.withdraw(change, &zones)?;
        seats.save(tx)?;
        events::delete(tx, event.tenant, id, change.now)?;
        change.tell_event("event.deleted", &event);
        Ok(())
    });
    deleted.await
}
