//! The facts that leave through the outbox: their names and what they carry. Numbers are inside numbers; whoever shows them
//! outside encodes them.

use kernel::{Event, Timestamp};
use serde_json::{Value, json};

/// Where all of them are published.
pub const TOPIC: &str = "funpot-events";
/// A number or a switch was changed while running.
pub const CONFIG_CHANGED: &str = "config.changed";

/// A fact about `key`.
#[must_use]
pub fn fact(id: i64, kind: &str, key: i64, payload: &Value, now: Timestamp) -> Event {
    Event {
        id,
        topic: TOPIC.to_owned(),
        kind: kind.to_owned(),
        key,
        occurred_at: now,
        payload: payload.to_string(),
    }
}

/// The configuration changed.
#[must_use]
pub fn config_changed(id: i64, key: &str, now: Timestamp) -> Event {
    fact(id, CONFIG_CHANGED, 0, &json!({ "key": key }), now)
}
