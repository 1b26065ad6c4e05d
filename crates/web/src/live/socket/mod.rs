//! The WebSocket endpoint: JSON text frames over one connection, for any stall.
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

pub use endpoint::{SocketEndpoint, SocketParts};
pub use protocol::{Channel, SocketProtocol, SocketSession};
pub use settings::{SocketHeartbeat, SocketLimits, SocketSettings};
pub use upgrade_request::UpgradeRequest;
