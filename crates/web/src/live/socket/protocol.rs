//! What a stall tells the endpoint about itself.

use crate::live::Update;
use kernel::{Refusal, Timestamp};
use std::borrow::Cow;
use std::future::Future;

/// Where a channel's messages come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channel {
    /// A topic of the hub that everybody may watch.
    Public(Cow<'static, str>),
    /// A topic of the hub for those who sent a ticket.
    SignedIn(Cow<'static, str>),
    /// A topic of the hub that belongs to one user.
    Owned {
        /// Whose it is.
        owner: i64,
        /// The topic.
        topic: Cow<'static, str>,
    },
    /// The private stream of the user whose ticket was sent.
    User,
}

/// Whose socket it is, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SocketSession {
    /// Whose private stream it may read.
    pub user: i64,
    /// Which of the user's sessions: ending one leaves the sockets of the others open.
    pub session_id: i64,
    /// When the session is over; the socket ends with the next ping after it.
    pub expires_at: Timestamp,
}

/// What a socket begins with, beside what its client asks for later.
#[derive(Debug, Clone, Default)]
pub struct SocketOpening {
    /// Whose it is, where the stall has verified that before the upgrade.
    pub session: Option<SocketSession>,
    /// Channels that are watched at once.
    pub channels: Vec<String>,
}

/// One stall's side of the endpoint.
pub trait SocketProtocol: Send + Sync + 'static {
    /// What a socket is greeted with, JSON, where the dialect greets.
    fn hello(&self) -> String;

    /// The channel of a name; `None` when there is none. Names must be few, or bounded by what exists.
    fn channel(&self, name: &str) -> Option<Channel>;

    /// Whose ticket this is; it is used up. Errors: `Unauthenticated` for a bad one; all others mean "not now".
    fn authenticate(&self, ticket: &str) -> impl Future<Output = Result<SocketSession, Refusal>> + Send;

    /// What a new watcher of a channel of the hub is sent first. It is asked for after the watching began, so that
    /// nothing falls between the two. Errors mean "not now".
    fn snapshot(
        &self,
        channel: &str,
        user: Option<i64>,
    ) -> impl Future<Output = Result<Vec<Update>, Refusal>> + Send;

    /// The number of the user's last committed event, 0 before the first, read from the database. Errors mean "not now".
    fn user_head(&self, user: i64) -> impl Future<Output = Result<u64, Refusal>> + Send;
}
