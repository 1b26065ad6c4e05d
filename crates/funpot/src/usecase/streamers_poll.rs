//! Looking at streamers on Twitch: a new one when it is submitted, all others again and again. What Twitch does not answer changes
//! nothing.

use crate::app::App;
use crate::domain::eligibility::{Observation, observe};
use crate::domain::ids::StreamerId;
use crate::domain::live_config::NumberKey;
use crate::domain::streamer::{Streamer, StreamerStatus};
use crate::gateway::twitch::{Channel, LOGINS_MAX, TwitchFault};
use crate::refusals;
use crate::store::streamers;
use kernel::{Refusal, Timestamp};
use std::collections::HashMap;
use store::{StoreError, Tx};

/// Seconds between two looks at a streamer who may have events, and at one who may not yet.
const EVERY_S: (i64, i64) = (60, 300);

/// A streamer that was just submitted, looked at. Errors: 503, Twitch does not answer; it stays pending.
pub async fn look_at(app: &App, streamer: Streamer) -> Result<Streamer, Refusal> {
    if streamer.status != StreamerStatus::Pending || streamer.checked_at.is_some() {
        return Ok(streamer);
    }
    let now = app.clock.now();
    let found = match app.twitch.channels(std::slice::from_ref(&streamer.username), now).await {
        Ok(found) => found,
        Err(TwitchFault::NotConfigured) => return Ok(streamer),
        Err(fault) => return Err(refusals::of_twitch(&fault)),
    };
    let looked = save(app, vec![streamer.clone()], found, now).await?;
    Ok(looked.into_iter().next().unwrap_or(streamer))
}

/// Looks at those who are due; how many.
pub async fn run(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now();
    let before = (now.plus_secs(-EVERY_S.0), now.plus_secs(-EVERY_S.1));
    let limit = i64::try_from(LOGINS_MAX).unwrap_or(i64::MAX);
    let due = app.store.read(move |tx| streamers::due(tx, before, limit)).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let logins: Vec<String> = due.iter().map(|one| one.username.clone()).collect();
    match app.twitch.channels(&logins, now).await {
        Ok(found) => Ok(save(app, due, found, now).await?.len()),
        Err(TwitchFault::NotConfigured) => Ok(0),
        Err(fault) => {
            tracing::warn!(error = %fault, "streamers cannot be looked at; what was known of them stands");
            Ok(0)
        }
    }
}

async fn save(
    app: &App,
    looked_at: Vec<Streamer>,
    found: HashMap<String, Channel>,
    now: Timestamp,
) -> Result<Vec<Streamer>, StoreError> {
    let bar = app.config.load().number(NumberKey::MinViewers);
    app.store
        .write(move |tx| {
            let saved = looked_at.iter().map(|one| save_one(tx, one.id, found.get(&one.username), bar, now));
            Ok(saved.collect::<Result<Vec<_>, StoreError>>()?.into_iter().flatten().collect())
        })
        .await
}

/// The row is read again: an operator may have decided meanwhile.
fn save_one(
    tx: &mut Tx<'_>,
    id: StreamerId,
    channel: Option<&Channel>,
    min_viewers: i64,
    now: Timestamp,
) -> Result<Option<Streamer>, StoreError> {
    let Some(streamer) = streamers::by_id(tx, id)? else { return Ok(None) };
    let seen = channel.map(|channel| Observation {
        twitch_user_id: channel.id.clone(),
        display_name: channel.display_name.clone(),
        viewers: channel.viewers,
    });
    let next = observe(&streamer, seen.as_ref(), min_viewers, now);
    if next != streamer {
        streamers::update(tx, &next, now)?;
    }
    Ok(Some(next))
}
