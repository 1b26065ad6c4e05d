//! Whether the database answers.

use crate::app::App;
use std::time::Duration;
use store::StoreError;

/// How long it may take (spec, section 4.5).
const PING_MAX: Duration = Duration::from_secs(1);

/// Asks the database for nothing. Errors: a sentence for our log.
pub async fn run(app: &App) -> Result<(), String> {
    let one = app.store.read(|tx| tx.query_one("SELECT 1", &[], |row| row.int(0)));
    let one: Result<i64, StoreError> =
        tokio::time::timeout(PING_MAX, one).await.map_err(|_| "no answer within a second".to_owned())?;
    one.map(|_| ()).map_err(|error| error.to_string())
}
