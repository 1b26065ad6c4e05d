//! Sweep: deletes sessions, reset links, failures and mails that are over.

use crate::app::App;
use identity::{lockout, mails, reset_tokens, sessions};
use store::StoreError;

/// Rows of each kind in one sweep: short enough that a hot verb behind it in the queue does not notice.
const ROWS_MAX: i64 = 500;

/// Deletes what is over, a bounded piece at a time; how many rows. Call again soon while it is not 0.
pub async fn run(app: &App) -> Result<u64, StoreError> {
    let now = app.clock.now();
    let sweep = app.store.write(move |tx| {
        let mut rows = sessions::purge(tx, now, ROWS_MAX)?;
        rows += reset_tokens::purge(tx, now, ROWS_MAX)?;
        rows += lockout::purge(tx, now, ROWS_MAX)?;
        rows += mails::purge(tx, now, ROWS_MAX)?;
        Ok::<_, StoreError>(rows)
    });
    sweep.await
}
