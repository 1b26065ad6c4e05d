//! Timed upkeep of accounts: what is over is deleted, and who is blocked is read anew.

use crate::app::App;
use identity::proofs::password::{lockout, reset_tokens};
use identity::{FLOORS_KEPT_S, mail, sessions, users};
use store::StoreError;

/// Rows of each kind in one sweep: short enough that a hot verb behind it in the queue does not notice.
const ROWS_MAX: i64 = 500;

/// Deletes sessions, reset links, failures and mails that are over, a bounded piece at a time; how many rows. Call again soon while it is not 0.
pub async fn sweep(app: &App) -> Result<u64, StoreError> {
    let now = app.clock.now();
    let sweep = app.store.write(move |tx| {
        let mut rows = sessions::purge(tx, now, ROWS_MAX)?;
        rows += reset_tokens::purge(tx, now, ROWS_MAX)?;
        rows += lockout::purge(tx, now, ROWS_MAX)?;
        rows += mail::purge(tx, now, ROWS_MAX)?;
        Ok::<_, StoreError>(rows)
    });
    sweep.await
}

/// Reads anew whose tokens are over before their time: at start, and now and then for what other nodes changed. What this node changed meanwhile is kept.
pub async fn reload_blocked(app: &App) -> Result<(), StoreError> {
    let since = app.clock.now().plus_secs(-FLOORS_KEPT_S);
    let reload = app.identity.revocations().begin_reload();
    let floors = app.store.read(move |tx| users::floors(tx, since)).await?;
    app.identity.revocations().finish_reload(reload, floors);
    Ok(())
}
