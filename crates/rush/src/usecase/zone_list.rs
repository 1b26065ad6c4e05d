//! List zones: of a show for visitors, or every active one for the services that count.

use super::event_get;
use super::visitor::{Visitor, seats_of};
use crate::app::App;
use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::domain::catalogue_view::{ZoneView, show_view, zone_view};
use crate::domain::event_status::EventStatus;
use crate::domain::ids::ShowId;
use kernel::{Actor, PageRequest, Paged, Refusal, Role};

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
    let event = event_get::visible(&snapshot, visitor, show.event).map_err(|_| no_show())?;
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
    if actor.role != Role::Service {
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
