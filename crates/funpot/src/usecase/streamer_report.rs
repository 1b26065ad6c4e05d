//! A worker's word on how a stream stands; an older one than is known changes nothing.

use crate::app::App;
use crate::store::streamers::{self, StreamReport};
use kernel::Refusal;
use serde_json::json;
use store::keyed::{Answer, Attempt, answer};

pub use crate::store::streamers::StreamReport as Report;

/// Seconds by which a worker's clock may be ahead.
const AHEAD_MAX_S: i64 = 60;

/// Takes the report over; the same key gets the first answer. Errors: 400 about a field, 404.
pub async fn run(app: &App, attempt: Attempt, report: StreamReport) -> Result<Answer, Refusal> {
    let now = app.clock.now();
    if report.at > now.plus_secs(AHEAD_MAX_S) {
        return Err(Refusal::field("checkedAt", "must not be in the future"));
    }
    if !(0..=i64::from(i32::MAX)).contains(&report.viewers) {
        return Err(Refusal::field("viewers", "must be 0 or more"));
    }
    app.store
        .write(move |tx| {
            answer(tx, &attempt, now, |tx| {
                streamers::by_id(tx, report.streamer)?.ok_or_else(|| Refusal::not_found("streamer"))?;
                let is_taken = streamers::report(tx, &report, now)?;
                let body = json!({ "ok": true, "ignored": !is_taken });
                Ok::<_, Refusal>((200, body.to_string().into_bytes()))
            })
        })
        .await
}
