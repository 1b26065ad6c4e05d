//! What a client may send, whatever the dialect, and why it may have no effect.

/// Bytes of the longest message we read; a ticket or a list of channels is the longest thing a client has to send.
pub(super) const MESSAGE_BYTES_MAX: usize = 4 * 1024;

/// One message of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientMessage {
    /// Signs in.
    Auth {
        /// What the stall's [`authenticate`](super::SocketProtocol::authenticate) is given.
        ticket: String,
    },
    /// Watches channels.
    Subscribe(Vec<ChannelRequest>),
    /// Watches them no more.
    Unsubscribe(Vec<String>),
    /// Watches the user's private stream from a number on.
    Resume {
        /// The last event the client has.
        last_seq: u64,
    },
    /// Asks for an answer.
    Ping,
    /// Takes several updates in one frame from now on, or no more.
    Batch(bool),
}

/// One channel to watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelRequest {
    /// The channel's name.
    pub name: String,
    /// The number of the last update the client has of it; `None` begins with a snapshot.
    pub since: Option<u64>,
}

/// Why a message had no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SocketFault {
    /// It is no message of the dialect.
    BadMessage,
    /// There is no such channel.
    UnknownChannel,
    /// The channel is another user's.
    ForbiddenChannel,
    /// More channels than one socket may watch.
    TooManyChannels,
    /// The channel is for those who signed in.
    SignInFirst,
    /// The socket is a user's already.
    AlreadySignedIn,
    /// The ticket is nobody's.
    BadTicket,
    /// The stall cannot answer.
    Unavailable,
}
