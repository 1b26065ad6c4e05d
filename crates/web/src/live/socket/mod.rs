//! The WebSocket endpoint: text frames over one connection, for any stall, in the stall's [`Dialect`](super::Dialect).
//!
//! A client signs in with a ticket, watches channels, and resumes what it missed: a channel of the hub by its last number,
//! its private stream by the user's. What it is sent it is sent in order; what it cannot be sent any more it is told of.

mod bucket;
mod client_message;
mod close_reason;
mod connection;
mod endpoint;
mod frame_io;
mod handle_message;
mod protocol;
mod settings;
mod socket_metrics;
mod socket_slots;
mod upgrade_request;
mod user_subscription;

pub use client_message::{ChannelRequest, ClientMessage, SocketFault};
pub use close_reason::CloseReason;
pub use endpoint::{SocketEndpoint, SocketParts};
pub use protocol::{Channel, SocketOpening, SocketProtocol, SocketSession};
pub use settings::{SocketHeartbeat, SocketLimits, SocketSettings};
pub use upgrade_request::UpgradeRequest;
