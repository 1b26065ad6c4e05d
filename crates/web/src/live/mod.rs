//! Live topics: what a browser watches while it is open. Freshness only: losing all of it costs nobody a seat.
//!
//! A stall publishes to a topic (`rush:event:42`); each subscriber has a bounded mailbox. Totals merge (the newest of a
//! key wins), facts are never dropped: a reader too slow for its mailbox is ended instead, and resumes from the last id it
//! saw. An update is encoded once and its bytes are shared by all.
//!
//! A handler subscribes first, reads its snapshot second and sends it when [`Subscription::needs_snapshot`] says so:
//! `event_stream(subscription, vec![Update::total("seats", 0, json)], edge closing)`.

mod hub;
mod mailbox;
mod message;
mod sse;
mod topic;

pub use hub::{Hub, Subscription, TooManyTopics};
pub use message::{Message, ResumePoint, Update};
pub use sse::{LastEventId, event_stream};
