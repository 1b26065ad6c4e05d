//! Get one show, if its event is there for the visitor.

use super::event_get;
use super::visitor::{Visitor, seats_of};
use crate::app::App;
use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::domain::catalogue_view::{ShowView, show_view};
use crate::domain::ids::ShowId;
use kernel::Refusal;

const NO_SHOW: CatalogueRefusal = CatalogueRefusal::ThereIsNoSuch(Noun::Show);

/// The show with this id.
pub fn run(app: &App, visitor: Visitor, id: ShowId) -> Result<ShowView, Refusal> {
    let snapshot = app.catalogue.current();
    let show = snapshot.show(id).ok_or(NO_SHOW)?;
    let event = event_get::visible(&snapshot, visitor, show.event).map_err(|_| NO_SHOW)?;
    Ok(show_view(&snapshot, &seats_of(app), event, show, app.clock.now()))
}

/// The show that its owner has just written.
pub(super) fn own(app: &App, id: ShowId) -> Result<ShowView, Refusal> {
    let snapshot = app.catalogue.current();
    let show = snapshot.show(id).ok_or(NO_SHOW)?;
    let event = snapshot.event(show.event).ok_or(NO_SHOW)?;
    Ok(show_view(&snapshot, &seats_of(app), event, show, app.clock.now()))
}
