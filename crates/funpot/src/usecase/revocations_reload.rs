//! Taking over whose tokens are over: users that another node blocked, and versions that it raised.

use crate::app::App;
use crate::store::users;
use store::StoreError;

/// Seconds for which a raised version is remembered: longer than any access token lives, and clocks differ.
const KEPT_S: i64 = 3_600;

/// Replaces what is remembered by what the database says.
pub async fn run(app: &App) -> Result<(), StoreError> {
    let reload = app.tokens.revocations.begin_reload();
    let since = app.clock.now().plus_secs(-KEPT_S);
    let floors = app.store.read(move |tx| users::floors(tx, since)).await?;
    app.tokens.revocations.finish_reload(reload, floors);
    Ok(())
}
