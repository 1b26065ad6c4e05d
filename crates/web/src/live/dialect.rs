//! How a stall's sockets speak: the names and the shape of frames, what clients may send, the closing codes.
//!
//! What is sent, and when, is the endpoint's business and the same for all. A stall's hub and user streams are made with its
//! dialect; each frame is written once, by the first reader that needs it. [`StandardDialect`] is the one of this crate.

mod standard;

pub use standard::{STANDARD, StandardDialect};

use super::socket::{ClientMessage, CloseReason, SocketFault};
use axum::extract::ws::Utf8Bytes;
use kernel::Timestamp;
use std::fmt::Debug;
use std::time::Duration;

/// A stall's way to speak over sockets. It knows no socket and decides nothing.
pub trait Dialect: Debug + Send + Sync + 'static {
    /// What this dialect promises beside its words.
    fn rules(&self) -> DialectRules {
        DialectRules::default()
    }

    /// The frame of something published, or of a snapshot.
    fn update(&self, update: &UpdateFrame<'_>) -> String;

    /// The frame of something the endpoint itself has to say; `None` where this dialect has no word for it.
    fn notice(&self, notice: &Notice<'_>, at: Timestamp) -> Option<String>;

    /// Several frames as one, for clients that asked for it; `None` where this dialect has none.
    fn batch(&self, _frames: &[Utf8Bytes]) -> Option<String> {
        None
    }

    /// Reads a client's message. Errors: it is none, and changes nothing.
    fn parse(&self, text: &str) -> Result<ClientMessage, SocketFault>;

    /// The closing code and its text, for every reason that the other side is still there to read.
    fn close(&self, reason: CloseReason) -> (u16, &'static str);
}

/// What a dialect promises beside its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DialectRules {
    /// The subprotocol that is chosen when a client offers it.
    pub subprotocol: Option<&'static str>,
    /// How soon a client must have signed in, or be closed. `None`: whenever it likes.
    pub sign_in_within: Option<Duration>,
    /// Bad tickets that close a socket; a good ticket cannot be guessed, but guessing is work for us.
    pub bad_tickets_max: u32,
    /// Whether a client that has signed in may send a newer ticket of the same user, to stay longer.
    pub renews_sign_in: bool,
    /// Whether clients resume channels by number alone. Numbers of a channel then begin with the time at which its history
    /// began, so that one from before a restart, or of another node, is never taken for one of this history.
    pub resumes_channels: bool,
}

impl Default for DialectRules {
    fn default() -> Self {
        Self {
            subprotocol: None,
            sign_in_within: None,
            bad_tickets_max: 3,
            renews_sign_in: false,
            resumes_channels: false,
        }
    }
}

/// One update on its way into a frame.
#[derive(Debug, Clone, Copy)]
pub struct UpdateFrame<'a> {
    /// The topic; `None` on a user's private stream.
    pub topic: Option<&'a str>,
    /// What it is, a word of the stall's.
    pub kind: &'static str,
    /// Its number within the topic, or within the user's stream.
    pub sequence: u64,
    /// When it was published.
    pub published_at: Timestamp,
    /// JSON.
    pub body: &'a str,
}

/// What an endpoint itself has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice<'a> {
    /// The socket is open; JSON of the stall's.
    Hello(&'a str),
    /// The answer to a ping.
    Pong,
    /// The ticket was good.
    SignedIn,
    /// A channel is watched; updates after this number follow.
    Subscribed {
        /// As the client named it.
        channel: &'a str,
        /// The number of the channel's last update before it was watched, or the one that was resumed after.
        sequence: u64,
    },
    /// A channel is watched no more.
    Unsubscribed {
        /// As the client named it.
        channel: &'a str,
    },
    /// What the client missed is not known any more: it starts anew after this number.
    Resync {
        /// As the client named it; `None` for the user's private stream.
        channel: Option<&'a str>,
        /// The number of the last update that will not be sent.
        sequence: u64,
    },
    /// Something asked for does not happen.
    Error {
        /// Why.
        fault: SocketFault,
        /// The channel it is about, as the client named it.
        channel: Option<&'a str>,
    },
}
