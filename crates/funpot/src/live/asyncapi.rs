//! The document of the sockets: what is sent, what is understood, which channels there are. The names are those that
//! `frames` sends; stories hold every frame that they receive against it.

use super::frames;
use serde_json::{Map, Value, json};

/// What the endpoint itself says, beside what is published.
const NOTICES: [&str; 6] = ["PONG", "SIGNED_IN", "SUBSCRIBED", "UNSUBSCRIBED", "RESYNC_REQUIRED", "ERROR"];

/// The document, AsyncAPI 3.
#[must_use]
pub fn document() -> Value {
    let messages: Map<String, Value> =
        sent().into_iter().map(|(name, payload)| (name.to_owned(), message(name, &payload))).collect();
    let commands: Map<String, Value> = understood()
        .into_iter()
        .map(|(name, payload)| (name.to_owned(), json!({ "payload": payload })))
        .collect();
    let references = |names: &Map<String, Value>| -> Map<String, Value> {
        let reference = |name: &String| json!({ "$ref": format!("#/components/messages/{name}") });
        names.keys().map(|name| (name.clone(), reference(name))).collect()
    };
    let (sent, understood) = (references(&messages), references(&commands));
    let all: Map<String, Value> = messages.into_iter().chain(commands).collect();
    let of_channel: Map<String, Value> =
        sent.iter().chain(&understood).map(|(name, to)| (name.clone(), to.clone())).collect();
    json!({
        "asyncapi": "3.0.0",
        "info": { "title": "Fairground FunPot sockets", "version": env!("CARGO_PKG_VERSION"), "description":
            "Channels streamer:ID, game:ID and the own user:ID. A token comes in the header, as the subprotocol pair funpot.v1, \
             bearer.TOKEN, or in the first frame within five seconds." },
        "channels": { "realtime": { "address": "/funpot/realtime", "messages": of_channel } },
        "operations": {
            "receive": { "action": "send", "channel": { "$ref": "#/channels/realtime" },
                "messages": channel_references(&sent) },
            "command": { "action": "receive", "channel": { "$ref": "#/channels/realtime" },
                "messages": channel_references(&understood) },
        },
        "components": { "messages": all },
    })
}

fn channel_references(names: &Map<String, Value>) -> Vec<Value> {
    names.keys().map(|name| json!({ "$ref": format!("#/channels/realtime/messages/{name}") })).collect()
}

/// A frame: what is published has a channel, a number in it and a time; what the endpoint says has a time.
fn message(name: &str, payload: &Value) -> Value {
    let mut members = json!({ "type": { "const": name }, "ts": { "type": "string", "format": "date-time" }, "payload": payload });
    let mut required = vec!["type", "payload"];
    if !NOTICES.contains(&name) && name != "BATCH" {
        members["ch"] = json!({ "type": "string" });
        members["seq"] = json!({ "type": "integer" });
        required.extend(["ch", "seq", "ts"]);
    }
    json!({ "payload": { "type": "object", "required": required, "properties": members } })
}

fn object(required: &[&str], members: Value) -> Value {
    json!({ "type": "object", "required": required, "properties": members, "additionalProperties": false })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn whole() -> Value {
    json!({ "type": "integer" })
}

fn nullable(kind: &str) -> Value {
    json!({ "type": [kind, "null"] })
}

fn totals() -> Value {
    json!({ "type": "object", "additionalProperties": { "type": "integer" } })
}

/// Every message that is sent, with its payload.
fn sent() -> Vec<(&'static str, Value)> {
    let mut all = published();
    let of_channel = || object(&["channel", "seq"], json!({ "channel": text(), "seq": whole() }));
    all.extend([
        ("PONG", object(&[], json!({}))),
        ("SIGNED_IN", object(&[], json!({}))),
        ("SUBSCRIBED", of_channel()),
        ("UNSUBSCRIBED", object(&["channel"], json!({ "channel": text() }))),
        ("RESYNC_REQUIRED", of_channel()),
        ("ERROR", object(&["code"], json!({ "code": whole(), "channel": nullable("string") }))),
        (
            "BATCH",
            object(&["messages"], json!({ "messages": { "type": "array", "items": { "type": "object" } } })),
        ),
    ]);
    all
}

/// What is published to channels.
fn published() -> Vec<(&'static str, Value)> {
    let option = object(&["id", "label"], json!({ "id": text(), "label": text() }));
    let event = object(
        &["id", "streamerId", "title", "options", "closesAt", "costPerVote", "promptVersions"],
        json!({ "id": text(), "streamerId": text(), "gameId": nullable("string"), "title": text(),
            "options": { "type": "array", "items": option }, "closesAt": text(), "costPerVote": whole(),
            "promptVersions": { "type": "object" } }),
    );
    let result = object(&["totals"], json!({ "optionId": nullable("string"), "totals": totals() }));
    vec![
        (frames::EVENT_CREATED, object(&["event"], json!({ "event": event }))),
        (
            frames::EVENT_UPDATED,
            object(
                &["eventId", "totals"],
                json!({ "eventId": text(), "totals": totals(), "closesAt": text() }),
            ),
        ),
        (
            frames::EVENT_CLOSED,
            object(&["eventId", "result"], json!({ "eventId": text(), "result": result, "state": text() })),
        ),
        (
            frames::EVENT_SETTLED,
            object(
                &["eventId"],
                json!({ "eventId": text(), "optionId": nullable("string"), "outcome": text(), "pool": whole(), "rake": whole(),
                    "receiptHash": nullable("string"), "payout": whole() }),
            ),
        ),
        (frames::BALANCE_UPDATED, object(&["balance"], json!({ "balance": whole() }))),
        (frames::SYSTEM_NOTICE, object(&["code", "message"], json!({ "code": text(), "message": text() }))),
        (
            frames::LLM_STAGE_UPDATED,
            object(
                &["streamerId", "stage", "label", "confidence", "ts"],
                json!({ "streamerId": text(), "stage": text(), "label": text(), "confidence": { "type": "number" }, "ts": text() }),
            ),
        ),
    ]
}

/// Every command that is understood.
fn understood() -> Vec<(&'static str, Value)> {
    let channels = json!({ "type": "array", "items": { "type": "string" } });
    let action = |name: &str| json!({ "const": name });
    vec![
        ("auth", object(&["action", "token"], json!({ "action": action("auth"), "token": text() }))),
        (
            "subscribe",
            object(
                &["action", "channels"],
                json!({ "action": action("subscribe"), "channels": channels,
                    "since": { "type": "object", "additionalProperties": { "type": "integer" } } }),
            ),
        ),
        (
            "unsubscribe",
            object(&["action", "channels"], json!({ "action": action("unsubscribe"), "channels": channels })),
        ),
        ("ping", object(&["action"], json!({ "action": action("ping") }))),
        ("hello", object(&["action"], json!({ "action": action("hello"), "batch": { "type": "boolean" } }))),
    ]
}
