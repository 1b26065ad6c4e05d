//! The event of a verb that changes it, its shows or its zones: found, locked, and allowed to be changed by the caller.

use crate::domain::catalogue::status_at;
use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::domain::event::Event;
use crate::domain::event_status::EventStatus;
use crate::domain::ids::{EventId, ShowId, ZoneId};
use crate::domain::show::Show;
use crate::domain::zone::Zone;
use crate::store::{events, shows, tenants, zones};
use kernel::{Actor, Refusal, TenantId, Timestamp};
use store::Tx;

/// The tenant in which `actor` changes things. Errors: the role changes nothing.
fn tenant_of(actor: Actor) -> Result<TenantId, CatalogueRefusal> {
    crate::domain::event::may_create(actor)
}

/// Refuses people of a tenant that was deleted: their tokens outlive it.
pub(super) fn must_exist(tx: &mut Tx<'_>, tenant: TenantId) -> Result<(), Refusal> {
    if tenants::exists(tx, tenant)? {
        return Ok(());
    }
    Err(CatalogueRefusal::ThereIsNoSuch(Noun::Tenant).into())
}

/// The event, locked until the transaction ends.
pub(super) fn event(tx: &mut Tx<'_>, actor: Actor, id: EventId) -> Result<Event, Refusal> {
    let tenant = tenant_of(actor)?;
    must_exist(tx, tenant)?;
    let found = events::lock(tx, tenant, id)?;
    let event = found.ok_or(CatalogueRefusal::ThereIsNoSuch(Noun::Event))?;
    event.may_be_changed_by(actor)?;
    Ok(event)
}

/// The show and its event, the event locked.
pub(super) fn show(tx: &mut Tx<'_>, actor: Actor, id: ShowId) -> Result<(Event, Show), Refusal> {
    let no_show = CatalogueRefusal::ThereIsNoSuch(Noun::Show);
    let tenant = tenant_of(actor)?;
    let of_event = shows::find(tx, tenant, id)?.ok_or(no_show.clone())?.event;
    let event = event(tx, actor, of_event).map_err(|refusal| hidden(refusal, no_show.clone()))?;
    // Read again under the lock: it may have been changed or deleted while we waited.
    let show = shows::find(tx, tenant, id)?.ok_or(no_show)?;
    Ok((event, show))
}

/// The zone, its show and its event, the event locked.
pub(super) fn zone(tx: &mut Tx<'_>, actor: Actor, id: ZoneId) -> Result<(Event, Show, Zone), Refusal> {
    let no_zone = CatalogueRefusal::ThereIsNoSuch(Noun::Zone);
    let tenant = tenant_of(actor)?;
    let of_show = zones::find(tx, tenant, id)?.ok_or(no_zone.clone())?.show;
    let (event, show) = show(tx, actor, of_show).map_err(|refusal| hidden(refusal, no_zone.clone()))?;
    let zone = zones::find(tx, tenant, id)?.ok_or(no_zone)?;
    Ok((event, show, zone))
}

/// Who may not know of an event hears that its show or zone is not there.
fn hidden(refusal: Refusal, instead: CatalogueRefusal) -> Refusal {
    if refusal.meaning == kernel::Meaning::NotFound { instead.into() } else { refusal }
}

/// The state of `event` at `now`, for a step of the state table.
pub(super) fn status(tx: &mut Tx<'_>, event: &Event, now: Timestamp) -> Result<EventStatus, Refusal> {
    Ok(status_at(event.status, &shows::of_event(tx, event.id)?, now))
}
