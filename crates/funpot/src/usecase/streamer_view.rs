//! Streamers as they are read.

use crate::app::App;
use crate::domain::ids::StreamerId;
use crate::domain::streamer::{Streamer, StreamerStatus};
use crate::store::streamers;
use kernel::Refusal;
use store::StoreError;

pub use crate::store::streamers::StreamerFilter;

/// One streamer; a banned one is hidden. Errors: 404.
pub async fn one(app: &App, id: StreamerId) -> Result<Streamer, Refusal> {
    let found: Option<Streamer> = app.store.read(move |tx| streamers::by_id(tx, id)).await?;
    let found = found.filter(|streamer| streamer.status != StreamerStatus::Banned);
    found.ok_or_else(|| Refusal::not_found("streamer"))
}

/// Those of a list.
pub async fn list(app: &App, filter: StreamerFilter) -> Result<Vec<Streamer>, StoreError> {
    app.store.read(move |tx| streamers::list(tx, &filter)).await
}
