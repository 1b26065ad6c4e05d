//! Change a zone. Another size is one more transfer in the same transaction, refused by the zone's floor where it would
//! take seats from people, also while a sale is running.

use super::zone_create::check_currency;
use super::zone_seats::ZoneSeats;
use super::{catalogue_write, event_lock, zone_get};
use crate::app::App;
use crate::domain::catalogue_event;
use crate::domain::catalogue_view::ZoneView;
use crate::domain::ids::ZoneId;
use crate::domain::zone::{ZoneInput, apply};
use crate::store::zones;
use kernel::{Actor, Refusal};

/// The changed zone.
pub async fn run(app: &App, actor: Actor, id: ZoneId, input: ZoneInput) -> Result<ZoneView, Refusal> {
    let changed = catalogue_write::run(app, move |tx, change| {
        let (event, _, mut zone) = event_lock::zone(tx, actor, id)?;
        event.status.must_be_open()?;
        let before = zone.fields.total_seats;
        zone.fields = apply(zone.fields, input.clone())?;
        zone.updated_at = change.now;
        check_currency(tx, &event, &zone)?;
        zones::update(tx, &zone)?;
        if zone.fields.total_seats != before {
            let mut seats = ZoneSeats::load(tx, event.tenant, std::slice::from_ref(&zone))?;
            seats.resize(change, &zone, before)?;
            seats.save(tx)?;
            change.tell(catalogue_event::of_capacity(change.id(), &zone, before, change.now));
        }
        Ok(())
    });
    changed.await?;
    zone_get::own(app, id)
}
