//! Live topics: what a browser watches while it is open. Freshness only: losing all of it costs nobody a seat.
//!
//! A stall publishes to a topic (`shop:event:42`); each reader has a bounded mailbox. Totals merge (the newest of a key
//! wins), facts are never dropped: a reader too slow for its mailbox is ended instead, and resumes from the last id it saw.
//! Each wire form of an update (server-sent event, socket frame) is made at most once and its bytes are shared by all.
//!
//! # Over server-sent events
//! A handler subscribes first, reads its snapshot second and sends it when [`Subscription::needs_snapshot`] says so:
//! `event_stream(subscription, vec![Update::total("seats", 0, json)], edge closing)`.
//!
//! # Over a socket
//! 1. The stall implements [`SocketProtocol`]: which channels there are, whose a ticket is, what a new watcher is sent first.
//! 2. It makes one [`SocketEndpoint`] with the hub and the user streams it publishes to.
//! 3. Its handler is one line: `async fn live(State(s): State<S>, request: UpgradeRequest) -> Result<Response, Refused> { s.endpoint.accept(request) }`.
//!
//! A further channel is one more arm in `SocketProtocol::channel` and somebody who publishes to its topic:
//! `hub.publish("shop:price", Update::total("price:tick", 0, json))`. What belongs to one user goes through [`UserStreams`]:
//! after the commit, `streams.publish(user, seq, Update::fact("bet:confirmed", json))`; the endpoint sees to it that the user's
//! sockets read n, n+1, n+2 … or are told to `resync`.
//!
//! How it sounds is the stall's [`Dialect`], given to its hub and its streams; [`StandardDialect`] needs no choice.
//! With one that resumes channels, a client that comes back gets just what it missed of each, or is told to start anew.

pub mod dialect;
mod hub;
mod mailbox;
mod message;
pub mod socket;
mod sse;
mod topic;
mod users;

pub use dialect::{Dialect, DialectRules, Notice, StandardDialect, UpdateFrame};
pub use hub::{Hub, Subscription, TooManyTopics};
pub use message::{Message, ResumePoint, Update};
pub use socket::{
    Channel, ChannelRequest, ClientMessage, CloseReason, SocketEndpoint, SocketFault, SocketHeartbeat,
    SocketLimits, SocketOpening, SocketParts, SocketProtocol, SocketSession, SocketSettings, UpgradeRequest,
};
pub use sse::{LastEventId, OwnEvent, event_stream, own_event_stream};
pub use users::{UserHistory, UserStreams};
