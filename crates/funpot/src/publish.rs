//! Sending to sockets what the outbox says, and totals at most a few times a second.

use crate::app::App;
use crate::domain::event::PotEvent;
use crate::domain::ids::{EventId, GameId, StreamerId};
use crate::domain::pot_event::{EventSettled, OfEvent, StageLabelled, VoteAccepted, VotesPaid};
use crate::live::frames;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use web::Closing;
use web::live::Update;

/// Between two looks at totals: at most four frames an event and second.
const TOTALS_EVERY: Duration = Duration::from_millis(300);

/// Publishes totals that changed, until the process closes. The last ones are always sent: they stay marked until they are.
pub async fn totals(app: Arc<App>, mut closing: Closing) {
    while !closing.has_begun() {
        let now = app.clock.now();
        let events = app.live.all();
        for live in events.iter().filter(|live| !live.event.is_blind(now)) {
            if let Some(counts) = live.take_changed() {
                let body = frames::updated(&app.public, &live.event, &counts.tallies).to_string();
                let update = || Update::total(frames::EVENT_UPDATED, live.event.id.0, body.clone());
                to_event(&app, live.event.streamer, live.event.game, update);
            }
        }
        tokio::select! {
            () = tokio::time::sleep(TOTALS_EVERY) => {}
            () = closing.wait() => {}
        }
    }
}

/// An event was opened.
pub fn created(app: &App, event: &PotEvent, prompt_versions: &str) {
    let body = frames::created(&app.public, event, prompt_versions);
    to_event_fact(app, (event.streamer, event.game), frames::EVENT_CREATED, &body);
}

/// An event was closed; these are its final totals.
pub fn closed(app: &App, event: &PotEvent) {
    let body = frames::closed(&app.public, event);
    to_event_fact(app, (event.streamer, event.game), frames::EVENT_CLOSED, &body);
}

/// A vote was accepted: its voter's balance changed.
pub fn voted(app: &App, vote: &VoteAccepted) {
    if vote.cost > 0 {
        balance(app, vote.user, vote.balance);
    }
}

/// Voters were paid.
pub fn paid(app: &App, fact: &VotesPaid) {
    for voter in &fact.voters {
        let event = app.public.encode(EventId(fact.event));
        let body = json!({ "eventId": event, "payout": voter.payout });
        to_user(app, voter.user, frames::EVENT_SETTLED, &body);
        balance(app, voter.user, voter.balance);
    }
}

/// An event is settled.
pub fn settled(app: &App, fact: &EventSettled) {
    let OfEvent { streamer, game, .. } = fact.of;
    let place = (StreamerId(streamer), game.map(GameId));
    to_event_fact(app, place, frames::EVENT_SETTLED, &frames::settled(&app.public, fact));
}

/// A balance changed.
pub fn balance(app: &App, user: i64, balance: i64) {
    to_user(app, user, frames::BALANCE_UPDATED, &json!({ "balance": balance }));
}

/// Something that whoever watches a stream should know.
pub fn notice(app: &App, code: &str, message: &str) {
    let body = frames::notice(code, message).to_string();
    app.hub.publish_below("streamer:", &Update::fact(frames::SYSTEM_NOTICE, body));
}

/// Something that one user should know.
pub fn notice_to(app: &App, user: i64, code: &str, message: &str) {
    to_user(app, user, frames::SYSTEM_NOTICE, &frames::notice(code, message));
}

/// The classifier said something about a stream.
pub fn labelled(app: &App, fact: &StageLabelled) {
    let place = (StreamerId(fact.streamer), None);
    to_event_fact(app, place, frames::LLM_STAGE_UPDATED, &frames::labelled(&app.public, fact));
}

fn to_event_fact(
    app: &App,
    (streamer, game): (StreamerId, Option<GameId>),
    kind: &'static str,
    body: &Value,
) {
    let body = body.to_string();
    to_event(app, streamer, game, || Update::fact(kind, body.clone()));
}

fn to_event(app: &App, streamer: StreamerId, game: Option<GameId>, update: impl Fn() -> Update) {
    for topic in frames::topics(&app.public, streamer, game) {
        app.hub.publish(&topic, update());
    }
}

fn to_user(app: &App, user: i64, kind: &'static str, body: &Value) {
    app.hub.publish(&frames::user_topic(&app.public, user), Update::fact(kind, body.to_string()));
}
