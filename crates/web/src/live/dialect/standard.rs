//! The dialect of stalls that have no contract of their own.
//!
//! Everything the server says is `{"type", "seq", "ts", "data"}`: `seq` counts per topic (per user on the user channel; 0
//! outside of both), `ts` is Unix milliseconds. The endpoint itself says `hello` once, `pong`, `error{code}` and `resync`.
//!
//! The client says, with no other fields than these:
//! - `{"type":"auth","ticket":"…"}`, once; silence is consent, a bad ticket is `error{bad_ticket}`. Never put it into the URL.
//! - `{"type":"subscribe","channels":["price"]}` and `unsubscribe`. A channel begins with the stall's snapshot of it.
//! - `{"type":"resume","last_seq":7}` subscribes to the user channel too: the next event of the user is 8, or `resync`.
//!   Send it together with `subscribe`. Without it the user channel begins with `resync`, whose `seq` is the last number given.
//! - `{"type":"ping"}`.
//!
//! On `resync` with `seq` n a client reads the REST API, and the next event it is sent is n+1.
//!
//! Closing codes: 1001 the server ends, 1002 no WebSocket frames, 1008 too many messages or bad tickets, 1009 a message over
//! 4 KiB, 1011 the stall cannot answer, 4001 signed out, 4008 too slow (resume), 4009 too many connections of the user.

use super::{Dialect, Notice, UpdateFrame};
use crate::live::socket::{ChannelRequest, ClientMessage, CloseReason, SocketFault};
use kernel::Timestamp;
use serde::Deserialize;

/// `{"type","seq","ts","data"}`.
#[derive(Debug, Clone, Copy)]
pub struct StandardDialect;

/// The one there is.
pub static STANDARD: StandardDialect = StandardDialect;

/// One message. Unknown types and fields are refused.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
enum Command {
    Auth { ticket: String },
    Subscribe { channels: Vec<String> },
    Unsubscribe { channels: Vec<String> },
    Resume { last_seq: u64 },
    Ping {},
}

impl Dialect for StandardDialect {
    fn update(&self, update: &UpdateFrame<'_>) -> String {
        frame(update.kind, update.sequence, update.published_at, update.body)
    }

    fn notice(&self, notice: &Notice<'_>, at: Timestamp) -> Option<String> {
        Some(match *notice {
            Notice::Hello(data) => frame("hello", 0, at, data),
            Notice::Pong => frame("pong", 0, at, "{}"),
            Notice::Resync { sequence, .. } => frame("resync", sequence, at, "{}"),
            Notice::Error { fault, .. } => {
                frame("error", 0, at, &format!(r#"{{"code":"{}"}}"#, error_code(fault)))
            }
            Notice::SignedIn | Notice::Subscribed { .. } | Notice::Unsubscribed { .. } => return None,
        })
    }

    fn parse(&self, text: &str) -> Result<ClientMessage, SocketFault> {
        // A tagged reader also takes an array; a message is an object.
        let object = text.trim_start().starts_with('{').then_some(text).ok_or(SocketFault::BadMessage)?;
        let command = kernel::json::from_str(object).map_err(|_| SocketFault::BadMessage)?;
        Ok(match command {
            Command::Auth { ticket } => ClientMessage::Auth { ticket },
            Command::Subscribe { channels } => {
                let whole = |name| ChannelRequest { name, since: None };
                ClientMessage::Subscribe(channels.into_iter().map(whole).collect())
            }
            Command::Unsubscribe { channels } => ClientMessage::Unsubscribe(channels),
            Command::Resume { last_seq } => ClientMessage::Resume { last_seq },
            Command::Ping {} => ClientMessage::Ping,
        })
    }

    fn close(&self, reason: CloseReason) -> (u16, &'static str) {
        match reason {
            CloseReason::Left | CloseReason::Silent | CloseReason::Stalled => (1000, ""),
            CloseReason::Broken => (1002, "not understood"),
            CloseReason::TooSlow => (4008, "too slow: resume"),
            CloseReason::TooManyFrames => (1008, "too many messages"),
            CloseReason::BadTickets => (1008, "too many bad tickets"),
            CloseReason::TooLarge => (1009, "message too large"),
            CloseReason::TooManyOfUser => (4009, "too many connections"),
            CloseReason::Unavailable => (1011, "not now"),
            CloseReason::SignInLate | CloseReason::SignedOut => (4001, "signed out"),
            CloseReason::GoingAway => (1001, "going away"),
        }
    }
}

/// `kind` is a word of ours, `data` is JSON.
fn frame(kind: &str, sequence: u64, at: Timestamp, data: &str) -> String {
    let ts = at.as_micros().div_euclid(1_000);
    format!(r#"{{"type":"{kind}","seq":{sequence},"ts":{ts},"data":{data}}}"#)
}

fn error_code(fault: SocketFault) -> &'static str {
    match fault {
        SocketFault::BadMessage => "bad_message",
        SocketFault::UnknownChannel => "unknown_channel",
        SocketFault::ForbiddenChannel => "forbidden_channel",
        SocketFault::TooManyChannels => "too_many_channels",
        SocketFault::SignInFirst => "sign_in_first",
        SocketFault::AlreadySignedIn => "already_signed_in",
        SocketFault::BadTicket => "bad_ticket",
        SocketFault::Unavailable => "unavailable",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_five_messages_are_understood_and_nothing_is_added_to_them() {
        let parse = |text: &str| STANDARD.parse(text);
        assert_eq!(parse(r#"{"type":"ping"}"#), Ok(ClientMessage::Ping));
        assert_eq!(parse(r#"{"type":"resume","last_seq":7}"#), Ok(ClientMessage::Resume { last_seq: 7 }));
        let price = ChannelRequest { name: String::from("price"), since: None };
        let price = ClientMessage::Subscribe(vec![price]);
        assert_eq!(parse(r#"{"type":"subscribe","channels":["price"]}"#), Ok(price));
        let bad = [
            "",
            "null",
            "[]",
            r#"["ping"]"#,
            r#""ping""#,
            r#"{"type":"PING"}"#,
            r#"{"type":"ping","x":1}"#,
            r#"{"type":"ping","type":"ping"}"#,
            r#"{"type":"ping"} x"#,
            r#"{"type":"resume"}"#,
            r#"{"type":"resume","last_seq":-1}"#,
            r#"{"type":"resume","last_seq":1.5}"#,
            r#"{"type":"resume","last_seq":"1"}"#,
            r#"{"type":"resume","last_seq":1,"last_seq":2}"#,
            r#"{"type":"auth","ticket":5}"#,
            r#"{"type":"subscribe","channels":"price"}"#,
            r#"{"type":"subscribe","channels":["price"],"since":1}"#,
        ];
        for text in bad {
            assert_eq!(parse(text), Err(SocketFault::BadMessage), "{text}");
        }
        let deep = "[".repeat(4_000);
        assert_eq!(parse(&deep), Err(SocketFault::BadMessage));
    }
}
