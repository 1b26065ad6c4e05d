//! Reading and changing shows. Making one is `show_create`.

use super::visitor::{Visitor, seats_of};
use super::zone_seats::ZoneSeats;
use super::{cancellation_start, catalogue_write, event, event_lock};
use crate::app::App;
use crate::domain::catalogue_event;
use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::domain::catalogue_view::{ShowView, show_view};
use crate::domain::ids::{EventId, ShowId};
use crate::domain::show::{ShowInput, apply};
use crate::store::{shows, zones};
use kernel::{Actor, PageRequest, Paged, Refusal};

const NO_SHOW: CatalogueRefusal = CatalogueRefusal::ThereIsNoSuch(Noun::Show);

/// The show with this id, if its event is there for the visitor.
pub fn get(app: &App, visitor: Visitor, id: ShowId) -> Result<ShowView, Refusal> {
    let snapshot = app.catalogue.current();
    let show = snapshot.show(id).ok_or(NO_SHOW)?;
    let event = event::visible(&snapshot, visitor, show.event).map_err(|_| NO_SHOW)?;
    Ok(show_view(&snapshot, &seats_of(app), event, show, app.clock.now()))
}

/// The show that its owner has just written.
pub(super) fn own(app: &App, id: ShowId) -> Result<ShowView, Refusal> {
    let snapshot = app.catalogue.current();
    let show = snapshot.show(id).ok_or(NO_SHOW)?;
    let event = snapshot.event(show.event).ok_or(NO_SHOW)?;
    Ok(show_view(&snapshot, &seats_of(app), event, show, app.clock.now()))
}

/// One page of the shows of the event with this id, by start.
pub fn by_event(
    app: &App,
    visitor: Visitor,
    event: EventId,
    page: PageRequest,
) -> Result<Paged<ShowView>, Refusal> {
    Ok(paged(event::by_id(app, visitor, event)?.shows, page))
}

/// One page of the shows of the event with this slug.
pub fn by_event_slug(
    app: &App,
    visitor: Visitor,
    slug: &str,
    page: PageRequest,
) -> Result<Paged<ShowView>, Refusal> {
    Ok(paged(event::by_slug(app, visitor, slug)?.shows, page))
}

fn paged(shows: Vec<ShowView>, page: PageRequest) -> Paged<ShowView> {
    let meta = page.meta(shows.len() as u64);
    let skip = usize::try_from(page.offset).unwrap_or(usize::MAX);
    Paged { items: shows.into_iter().skip(skip).take(page.limit as usize).collect(), meta }
}

/// The changed show.
pub async fn update(app: &App, actor: Actor, id: ShowId, input: ShowInput) -> Result<ShowView, Refusal> {
    let changed = catalogue_write::run(app, move |tx, change| {
        let (event, mut show) = event_lock::show(tx, actor, id)?;
        event.status.must_be_open()?;
        if show.is_cancelled {
            return Err(CatalogueRefusal::ShowIsCancelled.into());
        }
        let before = show.fields.starts_at;
        show.fields = apply(show.fields, input.clone(), &event.fields.venue.timezone)?;
        show.updated_at = change.now;
        shows::update(tx, &show)?;
        if show.fields.starts_at != before {
            change.enqueue(catalogue_event::of_move(change.id(), &show, before, change.now));
        }
        Ok(())
    });
    changed.await?;
    own(app, id)
}

/// The cancelled show: from this commit on nothing of it is sold. What buyers paid for it goes
/// back by itself (`cancellation_run`).
pub async fn cancel(app: &App, actor: Actor, id: ShowId) -> Result<ShowView, Refusal> {
    let cancelled = catalogue_write::run(app, move |tx, change| {
        let (event, mut show) = event_lock::show(tx, actor, id)?;
        event.status.must_be_open()?;
        if show.is_cancelled {
            return Err(CatalogueRefusal::ShowIsCancelled.into());
        }
        show.is_cancelled = true;
        show.updated_at = change.now;
        shows::update(tx, &show)?;
        change.enqueue(catalogue_event::of_show(change.id(), "show.cancelled", &show, change.now));
        cancellation_start::start(tx, change, actor, (show.tenant, show.event), Some(id))?;
        Ok(())
    });
    cancelled.await?;
    own(app, id)
}

/// Deletes a show of which nothing is sold or held, with its zones; their seats go back into stock, its rows stay for the
/// books.
pub async fn delete(app: &App, actor: Actor, id: ShowId) -> Result<(), Refusal> {
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
