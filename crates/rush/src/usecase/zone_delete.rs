//! Delete a zone of which nothing is sold or held; its seats go back into stock.

use super::zone_seats::ZoneSeats;
use super::{catalogue_write, event_lock};
use crate::app::App;
use crate::domain::ids::ZoneId;
use crate::store::zones;
use kernel::{Actor, Refusal};

/// Deletes it; its row stays for the books.
pub async fn run(app: &App, actor: Actor, id: ZoneId) -> Result<(), Refusal> {
    let deleted = catalogue_write::run(app, move |tx, change| {
        let (event, _, zone) = event_lock::zone(tx, actor, id)?;
        event.status.must_be_open()?;
        let zones = [zone];
        let mut seats = ZoneSeats::load(tx, event.tenant, &zones)?;
        seats.must_be_free(&zones)?;
        seats.withdraw(change, &zones)?;
        seats.save(tx)?;
        Ok(zones::delete(tx, event.tenant, id, change.now)?)
    });
    deleted.await
}
