//! Reading and changing zones. Making one is `zone_create`, its seats are `zone_seats`.

use super::visitor::{Visitor, seats_of};
use super::zone_create::check_currency;
use super::zone_seats::ZoneSeats;
use super::{catalogue_write, event, event_lock};
use crate::app::App;
use crate::domain::catalogue_event;
use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::domain::catalogue_view::{ZoneView, show_view, zone_view};
use crate::domain::event_status::EventStatus;
use crate::domain::ids::{ShowId, ZoneId};
use crate::domain::role;
use crate::domain::zone::{ZoneInput, apply};
use crate::store::zones;
use kernel::{Actor, PageRequest, Paged, Refusal};

const NO_ZONE: CatalogueRefusal = CatalogueRefusal::ThereIsNoSuch(Noun::Zone);

/// The zone with this id with its live seats, if its event is there for the visitor. One that is switched off is there for who may change it alone.
pub fn get(app: &App, visitor: Visitor, id: ZoneId) -> Result<ZoneView, Refusal> {
    let snapshot = app.catalogue.current();
    let zone = snapshot.zone(id).ok_or(NO_ZONE)?;
    let event = event::visible(&snapshot, visitor, zone.event).map_err(|_| NO_ZONE)?;
    if !zone.fields.is_active && !visitor.may_change(event) {
        return Err(NO_ZONE.into());
    }
    own(app, id)
}

/// The zone that its owner has just written.
pub(super) fn own(app: &App, id: ZoneId) -> Result<ZoneView, Refusal> {
    let snapshot = app.catalogue.current();
    let zone = snapshot.zone(id).ok_or(NO_ZONE)?;
    let view = zone_view(&snapshot, &seats_of(app), zone, app.clock.now());
    view.ok_or_else(|| NO_ZONE.into())
}

/// One page of the zones of a show in their order; `is_active` chooses where both kinds are visible.
pub fn by_show(
    app: &App,
    visitor: Visitor,
    id: ShowId,
    is_active: Option<bool>,
    page: PageRequest,
) -> Result<Paged<ZoneView>, Refusal> {
    let snapshot = app.catalogue.current();
    let no_show = || CatalogueRefusal::ThereIsNoSuch(Noun::Show);
    let show = snapshot.show(id).ok_or_else(no_show)?;
    let event = event::visible(&snapshot, visitor, show.event).map_err(|_| no_show())?;
    let all = visitor.may_change(event);
    let mut zones = show_view(&snapshot, &seats_of(app), event, show, app.clock.now()).zones;
    zones.retain(|view| {
        let active = view.zone.fields.is_active;
        (all || active) && is_active.is_none_or(|wanted| active == wanted)
    });
    Ok(paged(zones, page))
}

/// One page of every active zone of published events, by id. For our own services alone.
pub fn active(app: &App, actor: Actor, page: PageRequest) -> Result<Paged<ZoneView>, Refusal> {
    if actor.role != role::SERVICE {
        return Err(CatalogueRefusal::RoleDoesNotAllowIt.into());
    }
    let (snapshot, now) = (app.catalogue.current(), app.clock.now());
    let on_offer = snapshot.all_zones().filter(|zone| {
        let event = snapshot.event(zone.event);
        zone.fields.is_active && event.is_some_and(|event| event.status == EventStatus::Published)
    });
    let mut zones: Vec<_> =
        on_offer.filter_map(|zone| zone_view(&snapshot, &seats_of(app), zone, now)).collect();
    zones.sort_by_key(|view| view.zone.id);
    Ok(paged(zones, page))
}

fn paged(zones: Vec<ZoneView>, page: PageRequest) -> Paged<ZoneView> {
    let meta = page.meta(zones.len() as u64);
    let skip = usize::try_from(page.offset).unwrap_or(usize::MAX);
    Paged { items: zones.into_iter().skip(skip).take(page.limit as usize).collect(), meta }
}

/// The changed zone. Another size is one more transfer in the same transaction, refused by the zone's floor where it would
/// take seats from people, also while a sale is running.
pub async fn update(app: &App, actor: Actor, id: ZoneId, input: ZoneInput) -> Result<ZoneView, Refusal> {
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
            change.enqueue(catalogue_event::of_capacity(change.id(), &zone, before, change.now));
        }
        Ok(())
    });
    changed.await?;
    own(app, id)
}

/// Deletes a zone of which nothing is sold or held; its seats go back into stock, its row stays for the books.
pub async fn delete(app: &App, actor: Actor, id: ZoneId) -> Result<(), Refusal> {
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
