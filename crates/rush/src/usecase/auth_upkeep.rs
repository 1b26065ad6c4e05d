//! Timed upkeep of accounts: what is over is deleted, and who is blocked is read anew.

use crate::app::App;
use identity::proofs::password::{lockout, reset_tokens};
use identity::sessions::{self, families};
use identity::{FLOORS_KEPT_S, users};
use store::StoreError;

/// Rows of each kind in one sweep: short enough that a hot verb behind it in the queue does not notice.
const ROWS_MAX: i64 = 500;

/// Deletes sessions, reset links and failures that are over, a bounded piece at a time; how many rows. Call again soon while it is not 0.
pub async fn sweep(app: &App) -> Result<u64, StoreError> {
    let now = app.clock.now();
    let sweep = app.store.write(move |tx| {
        let mut rows = sessions::purge(tx, now, ROWS_MAX)?;
        rows += families::purge(tx, now, ROWS_MAX)?;
        rows += reset_tokens::purge(tx, now, ROWS_MAX)?;
        rows += lockout::purge(tx, now, ROWS_MAX)?;
        Ok::<_, StoreError>(rows)
    });
    sweep.await
}

/// Reads anew whose tokens are over before their time: at start, and now and then for what other nodes changed. What this node changed meanwhile is kept.
pub async fn reload_blocked(app: &App) -> Result<(), StoreError> {
    let now = app.clock.now();
    let (since, families_since) = (now.plus_secs(-FLOORS_KEPT_S), now.plus_secs(-families::ENDED_KEPT_S));
    let revocations = app.identity.revocations();
    let reload = revocations.begin_reload();
    let reading = app.store.read(move |tx| {
        Ok::<_, StoreError>((users::floors(tx, since)?, families::ended(tx, families_since)?))
    });
    let (floors, ended) = reading.await?;
    revocations.finish_reload(reload, floors);
    revocations.reload_families(ended, families_since);
    Ok(())
}

/// Learns the costliest password hash there is, so that a guess at nobody takes as long as one at anybody.
pub async fn learn_costs(app: &App) -> Result<(), StoreError> {
    let cost = app.store.read(users::highest_cost).await?;
    app.identity.passwords().track_cost(cost);
    Ok(())
}
