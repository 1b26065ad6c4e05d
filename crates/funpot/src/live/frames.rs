//! What sockets are sent: the payloads of every frame, and the topics they go to.

use crate::domain::event::{PotEvent, State, Tally};
use crate::domain::live_config::ratio;
use crate::domain::pot_event::{EventSettled, StageLabelled};
use crate::domain::receipt::json_of;
use kernel::{PublicIds, Timestamp, UserId};
use serde_json::{Map, Value, json};

use crate::domain::ids::{EventId, GameId, StreamerId};

/// An event takes votes.
pub const EVENT_CREATED: &str = "EVENT_CREATED";
/// Its totals are these.
pub const EVENT_UPDATED: &str = "EVENT_UPDATED";
/// It takes no votes any more.
pub const EVENT_CLOSED: &str = "EVENT_CLOSED";
/// All of its money has moved.
pub const EVENT_SETTLED: &str = "EVENT_SETTLED";
/// A user can spend this.
pub const BALANCE_UPDATED: &str = "BALANCE_UPDATED";
/// Something that everybody should know.
pub const SYSTEM_NOTICE: &str = "SYSTEM_NOTICE";
/// What the classifier says of a stream.
pub const LLM_STAGE_UPDATED: &str = "LLM_STAGE_UPDATED";

/// The topics of an event: its streamer's, and its game's if it has one.
#[must_use]
pub fn topics(public: &PublicIds, streamer: StreamerId, game: Option<GameId>) -> Vec<String> {
    let streamer = format!("streamer:{}", public.encode(streamer));
    std::iter::once(streamer).chain(game.map(|game| format!("game:{}", public.encode(game)))).collect()
}

/// The topic of a user.
#[must_use]
pub fn user_topic(public: &PublicIds, user: i64) -> String {
    format!("user:{}", public.encode(UserId(user)))
}

/// Votes by the names of choices.
fn totals(event: &PotEvent, tallies: &[Tally]) -> Map<String, Value> {
    event.options.iter().zip(tallies).map(|(choice, tally)| (choice.id.clone(), json!(tally.votes))).collect()
}

/// The payload of an event that was opened.
#[must_use]
pub fn created(public: &PublicIds, event: &PotEvent, prompt_versions: &str) -> Value {
    let options: Vec<Value> =
        event.options.iter().map(|choice| json!({ "id": choice.id, "label": choice.label })).collect();
    json!({ "event": {
        "id": public.encode(event.id), "streamerId": public.encode(event.streamer),
        "gameId": event.game.map(|game| public.encode(game)), "title": event.title, "options": options,
        "closesAt": event.closes_at.rfc3339(), "costPerVote": event.cost, "promptVersions": json_of(prompt_versions),
    } })
}

/// The payload of totals.
#[must_use]
pub fn updated(public: &PublicIds, event: &PotEvent, tallies: &[Tally]) -> Value {
    json!({ "eventId": public.encode(event.id), "totals": totals(event, tallies), "closesAt": event.closes_at.rfc3339() })
}

/// The payload of a closed event, with its final totals.
#[must_use]
pub fn closed(public: &PublicIds, event: &PotEvent) -> Value {
    let option = event.result_option.and_then(|option| event.option_id(option));
    let mut payload = json!({ "eventId": public.encode(event.id),
        "result": { "optionId": option, "totals": totals(event, &event.tallies) } });
    if event.state == State::Cancelled {
        payload["state"] = json!("cancelled");
    }
    payload
}

/// The payload of a settled event.
#[must_use]
pub fn settled(public: &PublicIds, fact: &EventSettled) -> Value {
    json!({ "eventId": public.encode(EventId(fact.of.event)), "optionId": fact.option, "outcome": fact.outcome,
        "pool": fact.pool, "rake": fact.rake, "receiptHash": fact.receipt_hash })
}

/// The payload of a notice.
#[must_use]
pub fn notice(code: &str, message: &str) -> Value {
    json!({ "code": code, "message": message })
}

/// The payload of what the classifier said.
#[must_use]
pub fn labelled(public: &PublicIds, fact: &StageLabelled) -> Value {
    json!({ "streamerId": public.encode(StreamerId(fact.streamer)), "stage": fact.stage, "label": fact.label,
        "confidence": ratio(fact.confidence_bp, 10_000.0), "ts": Timestamp::from_micros(fact.at).rfc3339() })
}
