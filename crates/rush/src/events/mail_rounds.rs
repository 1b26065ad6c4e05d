//! What happens to a show or an event is written to everybody with tickets, in a round of its own: there may be many.

use crate::domain::mail_round;
use crate::usecase::mail_rounds;
use bus::{Failure, Subscriber};
use kernel::{Event, Timestamp};
use store::Tx;

/// Begins the rounds.
pub(super) struct MailRounds;

impl Subscriber for MailRounds {
    fn name(&self) -> &'static str {
        "mail_rounds"
    }

    fn wants(&self, kind: &str) -> bool {
        matches!(kind, "event.cancelled" | "show.cancelled" | "show.moved")
    }

    fn handle(&self, tx: &mut Tx<'_>, event: &Event, now: Timestamp) -> Result<(), Failure> {
        let round = mail_round::of_event(&event.kind, (event.id, event.key), &event.payload)
            .ok_or_else(|| Failure::GiveUp("the event names no show".to_owned()))?;
        Ok(mail_rounds::begin(tx, &round, now)?)
    }
}
