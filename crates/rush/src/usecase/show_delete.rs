//! Delete a show of which nothing is sold or held, with its zones; their seats go back into stock.

use super::zone_seats::ZoneSeats;
use super::{catalogue_write, event_lock};
use crate::app::App;
use crate::domain::ids::ShowId;
use crate::store::{shows, zones};
use kernel::{Actor, Refusal};

/// Deletes it; its rows stay for the books.
pub async fn run(app: &App, actor: Actor, id: ShowId) -> Result<(), Refusal> {
    let deleted = catalogue_write::run(app, move |tx, change| {
        let (event, show) = event_lock::show(tx, actor, id)?;
        event.status.must_be_open()?;
        let mut zones = zones::of_event(tx, event.id)?;
        zones.retain(|zone| zone.show == show.id);
        let mut seats = ZoneSeats::load(tx, event.tenant, &zones)?;
        seats.must_be_free(&zones)?;
        seats.withdraw(change, &zones)?;
        seats.save(tx)?;
        Ok(shows::delete(tx, event.tenant, id, change.now)?)
    });
    deleted.await
}
