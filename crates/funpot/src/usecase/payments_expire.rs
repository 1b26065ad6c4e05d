//! Invoices that nobody paid in time are over; updates and calls of long ago are forgotten.

use crate::app::App;
use crate::store::{charges, payments};
use store::StoreError;

/// Seconds for which an update is remembered: Telegram repeats one for a day.
const UPDATES_KEPT_S: i64 = 3 * 86_400;

/// How many rows were changed.
pub async fn run(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now();
    let done = app.store.write(move |tx| {
        Ok::<u64, StoreError>(
            payments::expire(tx, now)? + charges::purge_updates(tx, now.plus_secs(-UPDATES_KEPT_S))?,
        )
    });
    Ok(usize::try_from(done.await?).unwrap_or(usize::MAX))
}
