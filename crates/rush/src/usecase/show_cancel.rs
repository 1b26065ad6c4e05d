//! Cancel a show: from this commit on nothing of it is sold. What buyers get back follows from `show.cancelled`.

use super::{catalogue_write, event_lock, show_get};
use crate::app::App;
use crate::domain::catalogue_event;
use crate::domain::catalogue_refusal::CatalogueRefusal;
use crate::domain::catalogue_view::ShowView;
use crate::domain::ids::ShowId;
use crate::store::shows;
use kernel::{Actor, Refusal};

/// The cancelled show.
pub async fn run(app: &App, actor: Actor, id: ShowId) -> Result<ShowView, Refusal> {
    let cancelled = catalogue_write::run(app, move |tx, change| {
        let (event, mut show) = event_lock::show(tx, actor, id)?;
        event.status.must_be_open()?;
        if show.is_cancelled {
            return Err(CatalogueRefusal::ShowIsCancelled.into());
        }
        show.is_cancelled = true;
        show.updated_at = change.now;
        shows::update(tx, &show)?;
        change.tell(catalogue_event::of_show(change.id(), "show.cancelled", &show, change.now));
        Ok(())
    });
    cancelled.await?;
    show_get::own(app, id)
}
