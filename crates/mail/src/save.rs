//! Writing how tries ended. A try whose claim another run has taken over in the meantime changes the record of itself alone.

use crate::attempts::{self, Outcome};
use crate::backoff::{TRIES_MAX, pause};
use crate::message::{Message, State};
use kernel::Timestamp;
use store::{StoreError, Tx, params};

/// A try that has ended.
#[derive(Debug, Clone)]
pub(crate) struct Ended {
    pub message: Message,
    pub outcome: Outcome,
    pub answer: String,
    /// The template it was written with.
    pub version: i64,
    /// Chance for the pause, 0.0..=1.0.
    pub jitter: f64,
}

/// Where a mail stands after a try, and when it is due if it waits.
fn after(ended: &Ended, now: Timestamp) -> (State, Timestamp) {
    let message = &ended.message;
    let tries = message.attempts - message.attempts_before;
    match ended.outcome {
        Outcome::Accepted => (State::Sent, now),
        Outcome::DryRun => (State::DryRun, now),
        Outcome::Bounced => (State::Bounced, now),
        Outcome::Unsendable => (State::Failed, now),
        Outcome::Deferred | Outcome::InDoubt => {
            let next = now.plus(pause(tries, ended.jitter));
            if tries >= TRIES_MAX { (State::Failed, now) } else { (State::Queued, next) }
        }
    }
}

/// Writes it.
pub(crate) fn save(tx: &mut Tx<'_>, ended: &Ended, now: Timestamp) -> Result<(), StoreError> {
    let Ended { message, outcome, answer, version, .. } = ended;
    attempts::end(tx, (message.id, message.attempts), (*outcome, answer), now)?;
    let (state, due_at) = after(ended, now);
    let sent_at = (state == State::Sent).then_some(now);
    tx.execute(
        "UPDATE mail_messages SET state = $3, due_at = $4, sent_at = COALESCE($5, sent_at), answer = $6, template_version = $7
         WHERE id = $1 AND attempts = $2 AND state = 'queued'",
        params![
            message.id.0,
            message.attempts,
            state.as_str(),
            due_at,
            sent_at,
            answer.as_str(),
            *version
        ],
    )?;
    Ok(())
}
