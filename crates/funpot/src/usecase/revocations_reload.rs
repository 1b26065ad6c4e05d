//! Taking over whose tokens are over: users that another node blocked, and versions that it raised.

use crate::app::App;
use crate::store::users;
use identity::Floor;
use store::StoreError;

/// Seconds for which a raised version is remembered: longer than any access token lives, and clocks differ.
const KEPT_S: i64 = 3_600;

/// Replaces what is remembered by what the database says.
pub async fn run(app: &App) -> Result<(), StoreError> {
    let reload = app.tokens.revocations.begin_reload();
    let since = app.clock.now().plus_secs(-KEPT_S);
    let floors = app.store.read(move |tx| users::floors(tx, since)).await?;
    let floor = |version: Option<i64>| version.map_or(Floor::Inactive, Floor::Epoch);
    let floors = floors.into_iter().map(|(user, version)| (user, floor(version))).collect();
    app.tokens.revocations.finish_reload(reload, floors);
    Ok(())
}
