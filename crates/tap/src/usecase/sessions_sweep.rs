//! Forgets sessions that are over.

use crate::app::App;
use identity::proofs::wallet::sessions;
use store::StoreError;

/// Rows in one transaction.
const CHUNK: i64 = 500;

/// Forgets some; how many rows.
pub async fn run(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now();
    app.sessions.sweep(now);
    let gone = app.store.write(move |tx| sessions::purge(tx, now, CHUNK)).await?;
    Ok(usize::try_from(gone).unwrap_or(usize::MAX))
}
