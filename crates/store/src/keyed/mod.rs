//! Keyed requests: a request is known by its key, so that repeating it gives the same result and changing it is refused.
//!
//! Ordinary writes keep a [record](answer) of the answer for a day: a use case calls [`answer`] inside its own transaction, so
//! that record and effect commit together. A verb that must leave its transaction in the middle (a payment gateway) calls
//! [`begin`], commits, acts, and calls [`finish`] in a second one. Hot verbs do without that table: their product row
//! carries the key.

mod attempt;
mod record;

pub use attempt::{Attempt, Scope};
pub use record::{Answer, Begin, MIGRATIONS, Ticket, abandon, answer, begin, finish, purge};
