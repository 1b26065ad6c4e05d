//! Whether the database answers in time.

use crate::app::App;
use kernel::Refusal;
use std::time::Duration;
use store::StoreError;

/// What a readiness probe may take.
const READY_MAX: Duration = Duration::from_secs(5);

/// Asks it once. Errors: 503.
pub async fn check(app: &App) -> Result<(), Refusal> {
    let ping = app.store.read(|tx| tx.query_one("SELECT 1", &[], |row| row.int(0)));
    let answer: Result<i64, StoreError> = match tokio::time::timeout(READY_MAX, ping).await {
        Ok(answer) => answer,
        Err(_) => return Err(Refusal::unavailable("the database does not answer")),
    };
    answer.map(drop).map_err(Refusal::unavailable)
}
