//! JetStream's side of the way in, and a publisher: streams and durable pull consumers that a stall declares, acknowledged
//! after the commit, dead letters on a stream of their own, the server's own giving-up watched, windows read again.
//!
//! Works with servers from 2.9 on: one singular filter a consumer (a list is silently ignored there), no key-value buckets.
//! The connection comes back by itself; a server that is away holds nothing up but its own events.
//!
//! What never happens here: an acknowledgement before the commit, or an effect.

mod broker;
mod consume;
mod dead_letters;
mod declare;
mod fault;
mod spec;
mod status;
mod window;

pub use broker::{Broker, Published};
pub use consume::consume;
pub use dead_letters::{DeadLetter, watch_given_up};
pub use fault::BrokerFault;
pub use spec::{BrokerSettings, ConsumerSpec, StreamSpec};
pub use status::ConsumerStatus;
