//! Clips of streams: a worker reports them, everybody reads them.

use crate::app::App;
use crate::domain::clip::{Clip, fault};
use crate::domain::ids::{ClipId, StreamerId};
use crate::store::{clips, streamers};
use kernel::Refusal;
use store::StoreError;
use store::keyed::{Answer, Attempt, answer};

/// Keeps a clip, in the place of the one of its name; the same key gets the first answer. Errors: 400 about a field, 404.
pub async fn ingest(app: &App, attempt: Attempt, clip: Clip) -> Result<Answer, Refusal> {
    if let Some((field, problem)) = fault(&clip) {
        return Err(Refusal::field(field, problem));
    }
    let now = app.clock.now();
    let clip = Clip { id: ClipId(app.ids.next(now)), ..clip };
    app.store
        .write(move |tx| {
            answer(tx, &attempt, now, |tx| {
                streamers::by_id(tx, clip.streamer)?.ok_or_else(|| Refusal::not_found("streamer"))?;
                clips::upsert(tx, &clip, now)?;
                Ok::<_, Refusal>((200, br#"{"ok":true}"#.to_vec()))
            })
        })
        .await
}

/// Clips of a streamer, newest first, after the one of number `before`.
pub async fn list(app: &App, streamer: StreamerId, before: i64, limit: i64) -> Result<Vec<Clip>, StoreError> {
    app.store.read(move |tx| clips::of_streamer(tx, streamer, before, limit)).await
}
