//! Facts on their way: the relay takes them from the outbox in order and hands them to subscribers, each in its own
//! transaction, at least once; the inbox makes the effect happen once.
//!
//! A subscriber that fails is tried again with back-off while others go on; facts of the same key wait behind it, so that
//! order per aggregate holds. After [`TRIES_MAX`] tries, or at once when it says `GiveUp`, the fact becomes a dead letter
//! with everything an operator needs; `dead_letters` lists, replays and discards.
//!
//! What comes from outside has a way in of its own: [`inbound`], the same for a broker, an HTTP door and a replay; the feature
//! `nats` brings JetStream's side of it.
//!
//! To add a subscriber: implement [`Subscriber`] in the stall's `events/` room and hand it to [`Relay::new`].

pub mod dead_letters;
mod deliveries;
pub mod inbound;
#[cfg(feature = "nats")]
pub mod nats;
mod relay;
mod subscriber;

pub use deliveries::Delivery;
pub use relay::{Relay, RelaySettings, Turn};
pub use subscriber::{Failure, Subscriber};

/// Tries of one fact for one subscriber before it is a dead letter.
pub const TRIES_MAX: i64 = 5;

/// The bus's tables.
pub const MIGRATIONS: store::MigrationSet =
    store::migration_set!("bus", "0001_deliveries", "0002_inbound_events");
