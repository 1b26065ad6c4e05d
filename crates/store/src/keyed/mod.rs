//! Keyed requests: a request is known by its key, so that repeating it gives the same result and changing it is refused.
//!
//! - Ordinary writes keep a record of the answer for a day: a use case calls [`answer`] inside its own transaction, so that
//!   record and effect commit together. A verb that must leave its transaction in the middle (a payment gateway) calls
//!   [`begin`], commits, acts, and calls [`finish`] in a second one.
//! - Hot verbs do without that table: their product row carries the key, and a [`KeyedVerb`] fills in the skeleton that finds
//!   it. [`Keys`] knows by itself which keys are surely new.
//! - Whoever keeps a key in a table of its own (deposits, say) judges what it found there with [`Known::of`].

mod attempt;
mod filter;
mod hash;
mod keys;
mod known;
mod record;
mod verb;

pub use attempt::{Attempt, Scope};
pub use hash::hash63;
pub use keys::{KeyKind, Keys, Lifetime, RecentPage};
pub use known::{Earlier, Key, Known, Making};
pub use record::{Answer, Begin, LIFETIME, MIGRATIONS, Ticket, abandon, answer, begin, finish, purge};
pub use verb::{Decided, KeyedHandler, KeyedVerb, Saved};
