//! What the classifier said, as it is read.

use crate::app::App;
use crate::domain::decision::Decision;
use crate::domain::ids::StreamerId;
use crate::domain::stage::Stage;
use crate::store::decisions;
use store::StoreError;

/// A streamer's decisions, newest first.
pub async fn list(
    app: &App,
    streamer: StreamerId,
    before: i64,
    limit: i64,
) -> Result<Vec<Decision>, StoreError> {
    app.store.read(move |tx| decisions::of_streamer(tx, streamer, before, limit)).await
}

/// The newest decision of each stage that has one.
pub async fn newest(app: &App, streamer: StreamerId) -> Result<Vec<Decision>, StoreError> {
    app.store
        .read(move |tx| {
            let found = Stage::ALL.into_iter().map(|stage| decisions::newest(tx, streamer, stage));
            Ok(found.collect::<Result<Vec<_>, StoreError>>()?.into_iter().flatten().collect())
        })
        .await
}
