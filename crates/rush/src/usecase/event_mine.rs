//! List the events somebody runs, in every state: an organizer the own ones, an admin all of the tenant.

use super::visitor::seats_of;
use crate::app::App;
use crate::domain::catalogue_search::{EventQuery, search};
use crate::domain::catalogue_view::EventView;
use crate::domain::catalogue_view::event_view;
use crate::domain::event::may_create;
use kernel::{Actor, PageRequest, Paged, Refusal};

/// One page of what `query` looks for among them.
pub fn run(
    app: &App,
    actor: Actor,
    query: &EventQuery,
    page: PageRequest,
) -> Result<Paged<EventView>, Refusal> {
    let tenant = may_create(actor)?;
    let (snapshot, now) = (app.catalogue.current(), app.clock.now());
    let own = snapshot.events(tenant).iter().filter(|event| event.may_be_changed_by(actor).is_ok());
    let views = own.map(|event| event_view(&snapshot, &seats_of(app), event, now));
    Ok(search(views.collect(), query, page, now))
}
