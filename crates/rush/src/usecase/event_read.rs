//! The event of somebody who runs it, from memory: for what looks at an event and changes nothing of it.

use crate::app::App;
use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::domain::event::{Event, may_create};
use crate::domain::ids::EventId;
use kernel::{Actor, Refusal};
use std::sync::Arc;

/// The event, if `actor` runs it. Errors: another tenant's, or a colleague's draft, is not found; the role does not allow it.
pub(super) fn of_runner(app: &App, actor: Actor, id: EventId) -> Result<Arc<Event>, Refusal> {
    let tenant = may_create(actor)?;
    let snapshot = app.catalogue.current();
    let found = snapshot.event(id).filter(|event| event.tenant == tenant);
    let event = found.ok_or(CatalogueRefusal::ThereIsNoSuch(Noun::Event))?;
    event.may_be_changed_by(actor)?;
    Ok(Arc::clone(event))
}
