//! Keeping the catalogue in memory: once at start, and every second for what other nodes wrote.

use super::seats_reconcile;
use crate::app::App;
use store::StoreError;

/// Loads the catalogue and the seats of its zones. The stall is not ready before.
pub async fn at_start(app: &App) -> Result<(), StoreError> {
    app.catalogue.refresh(&app.store, app.clock.now()).await?;
    seats_reconcile::run(app).await?;
    Ok(())
}

/// Looks whether the catalogue has changed, and loads it if so. Cheap: usually one row is read.
pub async fn tick(app: &App) -> Result<(), StoreError> {
    app.catalogue.refresh_if_stale(&app.store, app.clock.now()).await
}
