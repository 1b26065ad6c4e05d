//! Mail for every stall: written in the transaction of its cause, sent afterwards over SMTP, once for each kind and thing.
//!
//! - [`queue`] adds a mail to a transaction. Its row holds the values of its text, not the text: that is made when it is sent.
//! - [`Mailer::run`] sends what is due: it notes each try before it speaks to the server, keeps the limits by waiting, and tries
//!   again what failed for a while. A try that a crash cut off is seen as such, and the mail goes out again under the same
//!   Message-ID.
//! - [`template`] checks and renders texts; [`templates`] keeps those that operators wrote, in versions.
//!
//! # How a stall sends mail
//! Declare a `static` [`Kind`] with its variables and its text in each language; make a [`Mailer`] with its kinds when the stall
//! opens and put `stall::mailing::job(mailer)` among its jobs; then `mail::queue(tx, &NewMail { .. })` beside the cause.
//!
//! What never happens here: a decision of a stall about who is written to, or a secret in a log.

mod attachment;
mod attempts;
mod backoff;
mod claim;
mod compose;
mod fault;
mod ids;
mod kind;
mod mailer;
mod message;
mod pace;
mod purge;
mod queue;
mod read;
mod recipient_limit;
mod save;
mod settings;
mod smtp;
pub mod template;
pub mod templates;
pub mod unsubscribe;

pub use attachment::{Attachment, Branding, Extras, NoExtras};
pub use attempts::{Attempt, Outcome, of as attempts};
pub use backoff::{TRIES_MAX, pause};
pub use fault::MailFault;
pub use ids::MailId;
pub use kind::{Kind, Text, Variable};
pub use mailer::{Mailer, MailerParts};
pub use message::{Message, State};
pub use pace::{Pace, Paces};
pub use purge::purge;
pub use queue::{NewMail, Queued, queue, resend};
pub use read::{Filter, by_id, newest, of_user, page};
pub use settings::{Limits, Server, Settings, Tls};

/// The crate's tables.
pub const MIGRATIONS: store::MigrationSet =
    store::migration_set!("mail", "0001_messages", "0002_attempts", "0003_templates", "0004_unsubscribes");
