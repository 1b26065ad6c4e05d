//! An operator's word on a streamer. A ban cancels the live events, whose stakes go back.

use super::audit_record::{Act, Acting, append};
use super::event_close::close;
use crate::app::App;
use crate::domain::event::State;
use crate::domain::ids::StreamerId;
use crate::domain::streamer::{Streamer, StreamerStatus};
use crate::store::events::{self, EventFilter};
use crate::store::streamers;
use kernel::{IdSource, Refusal, Timestamp};
use serde_json::json;
use std::sync::Arc;
use store::{StoreError, Tx};

/// Live events of a streamer at most.
const EVENTS_MAX: i64 = 1_000;

/// Sets where a streamer stands. Errors: 404.
pub async fn run(
    app: &App,
    acting: Acting,
    id: StreamerId,
    (status, reason): (StreamerStatus, Option<String>),
) -> Result<Streamer, Refusal> {
    let (ids, now) = (Arc::clone(&app.ids), app.clock.now());
    let moderated: Option<Streamer> = app
        .store
        .write(move |tx| {
            let Some(mut streamer) = streamers::by_id(tx, id)? else { return Ok::<_, StoreError>(None) };
            let before = json!({ "status": streamer.status.as_str(), "reason": streamer.reason });
            streamer.status = status;
            streamer.reason.clone_from(&reason);
            streamers::update(tx, &streamer, now)?;
            if status == StreamerStatus::Banned {
                cancel_events(tx, &ids, id, now)?;
            }
            let act = Act {
                action: "streamer.moderate",
                target: format!("streamer:{}", id.0),
                before: Some(before),
                after: Some(json!({ "status": status.as_str(), "reason": reason })),
            };
            append(tx, &acting, act, now)?;
            Ok(Some(streamer))
        })
        .await?;
    moderated.ok_or_else(|| Refusal::not_found("streamer"))
}

fn cancel_events(tx: &mut Tx<'_>, ids: &IdSource, id: StreamerId, now: Timestamp) -> Result<(), StoreError> {
    let filter =
        EventFilter { streamer: Some(id), state: Some(State::Live), before: i64::MAX, limit: EVENTS_MAX };
    let live: Vec<i64> = events::list(tx, &filter)?.iter().map(|event| event.id.0).collect();
    for mut event in events::lock(tx, &live)? {
        if event.state == State::Live {
            close(tx, ids, &mut event, State::Cancelled, now)?;
            events::save_state(tx, &event, now)?;
        }
    }
    Ok(())
}
