//! What a client may send, and what is wrong with what it sent.

use serde::Deserialize;

/// Bytes of the longest message we listen to; a ticket is the longest thing a client has to say.
pub(super) const MESSAGE_BYTES_MAX: usize = 4 * 1024;
/// Channels named in one message, and watched by one socket.
pub(super) const CHANNELS_MAX: usize = 16;

/// One message. Unknown types and fields are refused.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum ClientMessage {
    Auth { ticket: String },
    Subscribe { channels: Vec<String> },
    Unsubscribe { channels: Vec<String> },
    Resume { last_seq: u64 },
    Ping {},
}

/// Why a message had no effect: the `code` of `error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    BadMessage,
    UnknownChannel,
    TooManyChannels,
    SignInFirst,
    AlreadySignedIn,
    BadTicket,
    Unavailable,
}

impl Fault {
    pub fn code(self) -> &'static str {
        match self {
            Self::BadMessage => "bad_message",
            Self::UnknownChannel => "unknown_channel",
            Self::TooManyChannels => "too_many_channels",
            Self::SignInFirst => "sign_in_first",
            Self::AlreadySignedIn => "already_signed_in",
            Self::BadTicket => "bad_ticket",
            Self::Unavailable => "unavailable",
        }
    }
}

/// Reads one message.
pub(super) fn parse(text: &str) -> Result<ClientMessage, Fault> {
    let message = serde_json::from_str(text).map_err(|_| Fault::BadMessage)?;
    match &message {
        ClientMessage::Subscribe { channels } | ClientMessage::Unsubscribe { channels }
            if channels.len() > CHANNELS_MAX =>
        {
            Err(Fault::TooManyChannels)
        }
        _ => Ok(message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_five_messages_are_understood_and_nothing_is_added_to_them() {
        assert_eq!(parse(r#"{"type":"ping"}"#), Ok(ClientMessage::Ping {}));
        assert_eq!(parse(r#"{"type":"resume","last_seq":7}"#), Ok(ClientMessage::Resume { last_seq: 7 }));
        let price = ClientMessage::Subscribe { channels: vec![String::from("price")] };
        assert_eq!(parse(r#"{"type":"subscribe","channels":["price"]}"#), Ok(price));
        let bad = [
            "",
            "null",
            "[]",
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
            assert_eq!(parse(text), Err(Fault::BadMessage), "{text}");
        }
        let deep = "[".repeat(4_000);
        assert_eq!(parse(&deep), Err(Fault::BadMessage));
    }
}
