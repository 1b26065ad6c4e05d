//! The generic record of non-hot writes: the same key and the same request give the same answer, byte for byte.
//!
//! A use case calls [`once`] inside its own transaction, so that record and effect commit together. A verb that must leave
//! its transaction in the middle (a payment gateway) calls [`begin`], commits, acts, and calls [`finish`] in a second one.
//! Hot verbs do without this table: their product row carries the key.

mod attempt;
mod record;

pub use attempt::{Attempt, Keyed, Scope, request_hash};
pub use record::{Answer, Begin, MIGRATIONS, Ticket, abandon, begin, finish, once, purge};
