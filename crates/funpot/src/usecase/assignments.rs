//! Who watches which streamer: operators say who is watched, workers ask what is theirs, and streams of a worker that is silent go to
//! others.

use super::audit_record::{Act, Acting, append};
use crate::app::App;
use crate::domain::assignment::{Assignment, reassign};
use crate::domain::ids::StreamerId;
use crate::domain::pot_event;
use crate::store::{assignments, streamers};
use kernel::{IdSource, Refusal, Timestamp};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use store::{StoreError, Tx, outbox};

pub use crate::store::assignments::Change;

/// Seconds of silence after which a worker is lost (spec, section 13).
const LOST_AFTER_S: i64 = 90;
/// Changes in one answer at most.
const CHANGES_MAX: i64 = 500;
/// How often a waiting worker's answer is looked for, if nothing wakes it.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Lets a streamer be watched, or not any more. Errors: 404, 409 where the channel is not that streamer's.
pub async fn set(
    app: &App,
    acting: Acting,
    id: StreamerId,
    (username, is_wanted): (Option<String>, bool),
) -> Result<(), Refusal> {
    let (ids, now) = (Arc::clone(&app.ids), app.clock.now());
    app.store
        .write(move |tx| {
            let streamer = streamers::by_id(tx, id)?.ok_or_else(|| Refusal::not_found("streamer"))?;
            if username.as_ref().is_some_and(|name| name.trim().to_lowercase() != streamer.username) {
                return Err(Refusal::field("twitchUsername", "is not this streamer's"));
            }
            let revision = assignments::next_revision(tx)?;
            let before = assignments::watched(tx)?.into_iter().find(|row| row.streamer == id);
            let kept = before.filter(|_| is_wanted).and_then(|row| row.worker);
            let row = Assignment { streamer: id, worker: kept };
            assignments::put(tx, &row, is_wanted, (revision, now))?;
            distribute(tx, now)?;
            let action = if is_wanted { "streamer.assign" } else { "streamer.unassign" };
            let after = Some(json!({ "watched": is_wanted }));
            append(
                tx,
                &acting,
                Act { action, target: format!("streamer:{}", id.0), before: None, after },
                now,
            )?;
            Ok(enqueue(tx, &ids, now)?)
        })
        .await
}

/// A worker's sign of life; streams that wait for a worker find one.
pub async fn heartbeat(app: &App, worker: String, about: String) -> Result<(), Refusal> {
    let (ids, now) = (Arc::clone(&app.ids), app.clock.now());
    app.store
        .write(move |tx| {
            assignments::touch_worker(tx, &worker, &about, now)?;
            let has_waiting = assignments::watched(tx)?.iter().any(|row| row.worker.is_none());
            if has_waiting && distribute(tx, now)? > 0 { enqueue(tx, &ids, now) } else { Ok(()) }
        })
        .await
        .map_err(|error: StoreError| error.into())
}

/// Gives streams of lost workers to living ones; how many.
pub async fn watch(app: &App) -> Result<usize, StoreError> {
    let (ids, now) = (Arc::clone(&app.ids), app.clock.now());
    app.store
        .write(move |tx| {
            let count = distribute(tx, now)?;
            if count > 0 {
                tracing::warn!(streams = count, "streams of lost workers were given to others");
                enqueue(tx, &ids, now)?;
            }
            Ok(count)
        })
        .await
}

fn distribute(tx: &mut Tx<'_>, now: Timestamp) -> Result<usize, StoreError> {
    let living = assignments::living(tx, now.plus_secs(-LOST_AFTER_S))?;
    if reassign(&assignments::watched(tx)?, &living).is_empty() {
        return Ok(0);
    }
    let first = assignments::next_revision(tx)?;
    // Read again: the table is ours from here on.
    let changed = reassign(&assignments::watched(tx)?, &living);
    for (revision, row) in (first..).zip(&changed) {
        assignments::put(tx, row, true, (revision, now))?;
    }
    Ok(changed.len())
}

fn enqueue(tx: &mut Tx<'_>, ids: &IdSource, now: Timestamp) -> Result<(), StoreError> {
    let fact = pot_event::fact(ids.next(now), pot_event::ASSIGNMENTS_CHANGED, 0, &json!({}), now);
    outbox::append(tx, &[fact])
}

/// What changed after number `cursor`, as soon as something has, or nothing when `wait` is over.
pub async fn poll(app: &App, cursor: i64, wait: Duration) -> Result<Vec<Change>, StoreError> {
    let until = tokio::time::Instant::now() + wait;
    loop {
        let woken = app.assignments.notified();
        let changes = app.store.read(move |tx| assignments::after(tx, cursor, CHANGES_MAX)).await?;
        let left = until.saturating_duration_since(tokio::time::Instant::now());
        if !changes.is_empty() || left.is_zero() {
            return Ok(changes);
        }
        // An error means that nothing woke it: then it looks for itself.
        let _timed_out = tokio::time::timeout(left.min(LOOK_EVERY), woken).await;
    }
}
