//! Add a show to an event.

use super::{catalogue_write, event_lock, show};
use crate::app::App;
use crate::domain::catalogue_view::ShowView;
use crate::domain::ids::{EventId, ShowId};
use crate::domain::show::{Show, ShowInput, create};
use crate::store::shows;
use kernel::{Actor, Refusal};
use store::keyed::Attempt;

/// The new show, still without zones.
pub async fn run(app: &App, actor: Actor, event: EventId, input: ShowInput) -> Result<ShowView, Refusal> {
    once(app, actor, None, (event, input)).await
}

/// The same, once for `attempt`.
pub async fn once(
    app: &App,
    actor: Actor,
    attempt: Option<Attempt>,
    (event, input): (EventId, ShowInput),
) -> Result<ShowView, Refusal> {
    let created = catalogue_write::create(app, attempt, move |tx, change| {
        let event = event_lock::event(tx, actor, event)?;
        event.status.must_be_open()?;
        let show = Show {
            id: ShowId(change.id()),
            tenant: event.tenant,
            event: event.id,
            is_cancelled: false,
            fields: create(input.clone(), &event.fields.venue.timezone)?,
            created_at: change.now,
            updated_at: change.now,
        };
        shows::insert(tx, &show)?;
        Ok(show.id.0)
    });
    show::own(app, ShowId(created.await?))
}
