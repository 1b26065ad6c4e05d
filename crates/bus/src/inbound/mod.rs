//! Events of others on their way in: from a broker, over HTTP or from a replay, they all go through one [`Intake`].
//!
//! One transaction an event: its name is noted (a second copy ends there; the same name with another content is a dead
//! letter), a handler of the stall applies it, it commits; only then is it acknowledged. What fails for a reason that may pass
//! is put aside in the same database and tried again after 1, 5, 30 and 120 s; those of its key wait behind it, all others
//! go on. What can never be applied, or failed five times, is a dead letter, which [`letters`] lists, requeues and discards.
//! Publishers that count their events are watched for [`gaps`].
//!
//! To take events: an [`InboundHandler`] in the stall's `events/` room, and an [`Inbound`] with it in what the stall opens.

pub mod gaps;
mod handler;
mod intake;
pub mod letters;
mod message;
mod rows;

pub use handler::{Envelope, Handled, InboundHandler, Rejection, Unreadable};
pub use intake::{Intake, Outcome, Preview, RETRY_DELAYS_S};
pub use letters::Letter;
pub use message::{InboundMessage, Source};
