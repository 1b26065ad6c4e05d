//! Every second: what another node wrote to the catalogue is loaded; the node that writes shows its change by itself.

use crate::app::App;
use crate::usecase::catalogue_refresh;
use futures_util::FutureExt;
use stall::{Scope, TimedJob};
use std::time::Duration;

pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "refresh_catalogue",
        // Pages show another node's change at most this much later; reservations see it in their own transaction.
        every: Duration::from_secs(1),
        scope: Scope::EveryNode,
        run: |app| async move { catalogue_refresh::tick(&app).await.map(|()| 0) }.boxed(),
    }
}
