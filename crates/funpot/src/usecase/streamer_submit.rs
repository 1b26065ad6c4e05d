//! Submitting a streamer: kept once per name, whoever sends it.

use super::streamers_poll;
use crate::app::App;
use crate::domain::ids::StreamerId;
use crate::domain::streamer::{Streamer, StreamerStatus, username};
use crate::limits;
use crate::store::streamers;
use kernel::{Refusal, Timestamp, UserId};
use store::{StoreError, Tx};

/// The streamer, old or new; a new one is looked at on Twitch. Errors: 400, 429; 503, Twitch does not answer and it waits.
pub async fn run(app: &App, user: UserId, name: &str) -> Result<Streamer, Refusal> {
    let name = username(name)
        .ok_or_else(|| Refusal::field("twitchUsername", "must be 4 to 25 letters, digits and underscores"))?;
    app.limits.take(limits::SUBMIT, &app.config.load(), user.0, app.clock.now())?;
    let now = app.clock.now();
    let id = StreamerId(app.ids.next(now));
    let found: Result<Streamer, StoreError> =
        app.store.write(move |tx| find_or_insert(tx, id, &name, (user, now))).await;
    streamers_poll::look_at(app, found?).await
}

fn find_or_insert(
    tx: &mut Tx<'_>,
    id: StreamerId,
    name: &str,
    (user, now): (UserId, Timestamp),
) -> Result<Streamer, StoreError> {
    if let Some(known) = streamers::by_username(tx, name)? {
        return Ok(known);
    }
    let streamer = Streamer {
        id,
        username: name.to_owned(),
        twitch_user_id: None,
        display_name: name.to_owned(),
        online: false,
        viewers: 0,
        status: StreamerStatus::Pending,
        reason: Some("not_checked".to_owned()),
        absent_polls: 0,
        added_by: user,
        checked_at: None,
        created_at: now,
    };
    streamers::insert(tx, &streamer)?;
    Ok(streamer)
}
