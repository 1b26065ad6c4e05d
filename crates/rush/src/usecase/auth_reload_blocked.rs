//! Reload whose tokens are over before their time: at start, and now and then for what other nodes changed.

use crate::app::App;
use identity::{FLOORS_KEPT_S, users};
use store::StoreError;

/// Reads the list anew. What this node changed meanwhile is kept.
pub async fn run(app: &App) -> Result<(), StoreError> {
    let since = app.clock.now().plus_secs(-FLOORS_KEPT_S);
    let reload = app.identity.blocked().begin_reload();
    let floors = app.store.read(move |tx| users::floors(tx, since)).await?;
    app.identity.blocked().finish_reload(reload, floors);
    Ok(())
}
