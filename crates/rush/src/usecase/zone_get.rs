//! Get one zone with its live seats, if its event is there for the visitor.

use super::event_get;
use super::visitor::{Visitor, seats_of};
use crate::app::App;
use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::domain::catalogue_view::{ZoneView, zone_view};
use crate::domain::ids::ZoneId;
use kernel::Refusal;

const NO_ZONE: CatalogueRefusal = CatalogueRefusal::ThereIsNoSuch(Noun::Zone);

/// The zone with this id. One that is switched off is there for who may change it alone.
pub fn run(app: &App, visitor: Visitor, id: ZoneId) -> Result<ZoneView, Refusal> {
    let snapshot = app.catalogue.current();
    let zone = snapshot.zone(id).ok_or(NO_ZONE)?;
    let event = event_get::visible(&snapshot, visitor, zone.event).map_err(|_| NO_ZONE)?;
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
