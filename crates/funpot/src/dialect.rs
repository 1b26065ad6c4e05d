//! How this stall's sockets speak: `{"type","ch","seq","ts","payload"}`, commands by `action`, closing codes of its own.

use axum::extract::ws::Utf8Bytes;
use kernel::Timestamp;
use serde::Deserialize;
use serde_json::json;
use std::collections::HashMap;
use std::time::Duration;
use web::live::dialect::{Dialect, DialectRules, Notice, UpdateFrame};
use web::live::{ChannelRequest, ClientMessage, CloseReason, SocketFault};

/// How soon a client must have signed in.
const SIGN_IN_WITHIN: Duration = Duration::from_secs(5);

/// The dialect.
#[derive(Debug)]
pub struct PotDialect;

/// The one of it.
pub static POT: PotDialect = PotDialect;

/// What clients send.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "lowercase")]
enum Command {
    Auth {
        token: String,
    },
    Subscribe {
        #[serde(default)]
        channels: Vec<String>,
        #[serde(default)]
        since: HashMap<String, u64>,
    },
    Unsubscribe {
        #[serde(default)]
        channels: Vec<String>,
    },
    Ping,
    Hello {
        #[serde(default)]
        batch: bool,
    },
}

impl Dialect for PotDialect {
    fn rules(&self) -> DialectRules {
        DialectRules {
            subprotocol: Some("funpot.v1"),
            sign_in_within: Some(SIGN_IN_WITHIN),
            bad_tickets_max: 1,
            renews_sign_in: true,
            resumes_channels: true,
        }
    }

    fn update(&self, update: &UpdateFrame<'_>) -> String {
        let UpdateFrame { topic, kind, sequence, published_at, body } = update;
        let (topic, ts) = (topic.unwrap_or_default(), published_at.rfc3339());
        format!(r#"{{"type":"{kind}","ch":"{topic}","seq":{sequence},"ts":"{ts}","payload":{body}}}"#)
    }

    fn notice(&self, notice: &Notice<'_>, at: Timestamp) -> Option<String> {
        let (kind, payload) = match *notice {
            Notice::Hello(_) => return None,
            Notice::Pong => ("PONG", json!({})),
            Notice::SignedIn => ("SIGNED_IN", json!({})),
            Notice::Subscribed { channel, sequence } => {
                ("SUBSCRIBED", json!({ "channel": channel, "seq": sequence }))
            }
            Notice::Unsubscribed { channel } => ("UNSUBSCRIBED", json!({ "channel": channel })),
            Notice::Resync { channel, sequence } => {
                ("RESYNC_REQUIRED", json!({ "channel": channel, "seq": sequence }))
            }
            Notice::Error { fault, channel } => {
                ("ERROR", json!({ "code": error_code(fault), "channel": channel }))
            }
        };
        Some(json!({ "type": kind, "ts": at.rfc3339(), "payload": payload }).to_string())
    }

    fn batch(&self, frames: &[Utf8Bytes]) -> Option<String> {
        let frames: Vec<&str> = frames.iter().map(Utf8Bytes::as_str).collect();
        Some(format!(r#"{{"type":"BATCH","payload":{{"messages":[{}]}}}}"#, frames.join(",")))
    }

    fn parse(&self, text: &str) -> Result<ClientMessage, SocketFault> {
        Ok(match serde_json::from_str(text).map_err(|_| SocketFault::BadMessage)? {
            Command::Auth { token } => ClientMessage::Auth { ticket: token },
            Command::Subscribe { channels, mut since } => {
                let request = |name: String| ChannelRequest { since: since.remove(&name), name };
                ClientMessage::Subscribe(channels.into_iter().map(request).collect())
            }
            Command::Unsubscribe { channels } => ClientMessage::Unsubscribe(channels),
            Command::Ping => ClientMessage::Ping,
            Command::Hello { batch } => ClientMessage::Batch(batch),
        })
    }

    fn close(&self, reason: CloseReason) -> (u16, &'static str) {
        match reason {
            CloseReason::Left | CloseReason::Silent | CloseReason::Stalled => (1000, ""),
            CloseReason::Broken => (1002, "protocol_error"),
            CloseReason::TooSlow => (1013, "slow_reader"),
            CloseReason::TooManyFrames => (1008, "rate_limited"),
            CloseReason::BadTickets | CloseReason::SignInLate | CloseReason::SignedOut => {
                (4401, "unauthenticated")
            }
            CloseReason::TooLarge => (1009, "too_large"),
            CloseReason::TooManyOfUser => (4429, "too_many_connections"),
            CloseReason::Unavailable => (1011, "unavailable"),
            CloseReason::GoingAway => (1001, "going_away"),
        }
    }
}

fn error_code(fault: SocketFault) -> u16 {
    match fault {
        SocketFault::BadMessage => 4400,
        SocketFault::SignInFirst | SocketFault::BadTicket => 4401,
        SocketFault::ForbiddenChannel => 4403,
        SocketFault::UnknownChannel => 4404,
        SocketFault::AlreadySignedIn => 4409,
        SocketFault::TooManyChannels => 4429,
        SocketFault::Unavailable => 4503,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_and_what_is_none_changes_nothing() {
        let text = r#"{"action":"subscribe","channels":["streamer:1","user:2"],"since":{"user:2":7}}"#;
        let Ok(ClientMessage::Subscribe(requests)) = POT.parse(text) else { panic!("a command") };
        let read: Vec<_> = requests.iter().map(|request| (request.name.as_str(), request.since)).collect();
        assert_eq!(read, [("streamer:1", None), ("user:2", Some(7))]);
        for bad in ["", "{}", r#"{"action":"steal"}"#, r#"{"action":"auth"}"#] {
            assert!(matches!(POT.parse(bad), Err(SocketFault::BadMessage)), "{bad}");
        }
    }
}
