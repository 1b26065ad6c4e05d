//! Change a show.

use super::{catalogue_write, event_lock, show_get};
use crate::app::App;
use crate::domain::catalogue_refusal::CatalogueRefusal;
use crate::domain::catalogue_view::ShowView;
use crate::domain::ids::ShowId;
use crate::domain::show::{ShowInput, apply};
use crate::store::shows;
use kernel::{Actor, Refusal};

/// The changed show.
pub async fn run(app: &App, actor: Actor, id: ShowId, input: ShowInput) -> Result<ShowView, Refusal> {
    let changed = catalogue_write::run(app, move |tx, change| {
        let (event, mut show) = event_lock::show(tx, actor, id)?;
        event.status.must_be_open()?;
        if show.is_cancelled {
            return Err(CatalogueRefusal::ShowIsCancelled.into());
        }
        show.fields = apply(show.fields, input.clone(), &event.fields.venue.timezone)?;
        show.updated_at = change.now;
        Ok(shows::update(tx, &show)?)
    });
    changed.await?;
    show_get::own(app, id)
}
