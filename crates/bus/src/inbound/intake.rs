//! The one way in: notes the name, handles, commits. Driven by a broker's consumer, by an HTTP door, by a replay; retries are
//! driven by hand in tests and by a task in the server.

use super::rows;
use super::{Envelope, Handled, InboundHandler, InboundMessage, Rejection, gaps};
use crate::{Failure, TRIES_MAX};
use kernel::Timestamp;
use std::sync::Arc;
use store::{Store, StoreError, Tx};

/// Seconds before the second, third, fourth and fifth try.
pub const RETRY_DELAYS_S: [i64; 4] = [1, 5, 30, 120];
/// Retries of one turn.
const RETRIES_MAX: i64 = 100;
/// Events of one page of a replay.
const PAGE_MAX: i64 = 500;

/// The code of a name that was used for something else.
const EVENT_ID_REUSED: &str = "EVENT_ID_REUSED";
/// The code of what failed too often.
const RETRIES_EXHAUSTED: &str = "RETRIES_EXHAUSTED";
/// The code of what its handler gave up.
const GIVEN_UP: &str = "GIVEN_UP";

/// What came of one event. All of them are committed: it may be acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Applied.
    Applied,
    /// Its name is known; nothing was done.
    Duplicate,
    /// Put aside until its next try.
    Waiting,
    /// A dead letter.
    Dead(Rejection),
}

/// What an event would do, and did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Its name.
    pub event_id: String,
    /// What came of it.
    pub outcome: Outcome,
    /// Its effect in words, a JSON object.
    pub effect: Option<String>,
}

/// Takes events of others. Cloning shares it.
#[derive(Clone)]
pub struct Intake {
    store: Store,
    handler: Arc<dyn InboundHandler>,
}

/// Ends a transaction that was only to be looked at.
enum Ended {
    Failed(Failure),
    Looked(Vec<Preview>),
}

impl From<StoreError> for Ended {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl Intake {
    /// An intake over `store`.
    #[must_use]
    pub fn new(store: Store, handler: Arc<dyn InboundHandler>) -> Self {
        Self { store, handler }
    }

    /// Whose events these are, in metrics and logs.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.handler.name()
    }

    /// The database behind it.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Events of one key keep their order; what is unreadable has a key of its own.
    #[must_use]
    pub fn key(&self, message: &InboundMessage) -> String {
        self.handler.read(message).map_or_else(|_| message.name_of_unreadable(), |envelope| envelope.key)
    }

    /// Takes events in order, together in one transaction if none of them fails, else each in its own. Errors: the store; what
    /// was not taken may be sent again, nothing is applied twice.
    pub async fn receive(
        &self,
        messages: &[InboundMessage],
        now: Timestamp,
    ) -> Result<Vec<Outcome>, StoreError> {
        let (own, all) = (self.clone(), messages.to_vec());
        let together = self.store.write(move |tx| {
            let taken: Result<Vec<_>, Failure> =
                all.iter().map(|message| own.take(tx, message, now)).collect();
            taken.map(|taken| taken.into_iter().map(|(outcome, _)| outcome).collect())
        });
        if let Ok(outcomes) = together.await {
            return Ok(self.counted(outcomes));
        }
        let mut outcomes = Vec::with_capacity(messages.len());
        for message in messages {
            outcomes.push(self.receive_one(message, now).await?);
        }
        Ok(self.counted(outcomes))
    }

    /// One event in a transaction of its own; when it fails, a second one puts it aside.
    async fn receive_one(&self, message: &InboundMessage, now: Timestamp) -> Result<Outcome, StoreError> {
        let (own, copy) = (self.clone(), message.clone());
        let taken = self.store.write(move |tx| own.take(tx, &copy, now)).await;
        let failure = match taken {
            Ok((outcome, _)) => return Ok(outcome),
            Err(failure) => failure,
        };
        let Ok(envelope) = self.handler.read(message) else {
            // What cannot be read never reaches the handler, so the store failed.
            return Err(StoreError::Database(reason(&failure).to_owned()));
        };
        let message = message.clone();
        self.store.write(move |tx| put_aside(tx, &envelope, &message, &failure, now)).await
    }

    /// Notes and handles one event inside `tx`; its outcome and its effect in words.
    fn take(
        &self,
        tx: &mut Tx<'_>,
        message: &InboundMessage,
        now: Timestamp,
    ) -> Result<(Outcome, Option<String>), Failure> {
        let envelope = match self.handler.read(message) {
            Ok(envelope) => envelope,
            Err(unreadable) => {
                return Ok((bury_unreadable(tx, message, unreadable.rejection, now)?, None));
            }
        };
        if !rows::insert_done(tx, &envelope, message, now)? {
            return Ok((judge_known(tx, &envelope, message, now)?, None));
        }
        if let Some((publisher, sequence)) = &envelope.sequence {
            gaps::arrived(tx, publisher, *sequence, now)?;
        }
        if rows::is_blocked(tx, &envelope.key)? {
            let why = (0, "waits behind an earlier event of the same key");
            rows::set_waiting(tx, &envelope.event_id, why, (now, now))?;
            return Ok((Outcome::Waiting, None));
        }
        match self.handler.handle(tx, &envelope, message, now)? {
            Handled::Applied(effect) => Ok((Outcome::Applied, effect)),
            Handled::Rejected(rejection) => {
                rows::set_dead(tx, &envelope.event_id, 1, &rejection, now)?;
                Ok((Outcome::Dead(rejection), None))
            }
        }
    }

    /// One turn of retries at `now`: what came of each. Errors: the store; the next turn sees them again.
    pub async fn retry(&self, now: Timestamp) -> Result<Vec<(InboundMessage, Outcome)>, StoreError> {
        let due = self.store.read(move |tx| rows::due(tx, now, RETRIES_MAX)).await?;
        let mut outcomes = Vec::new();
        for id in due {
            outcomes.extend(self.retry_one(id, now).await?);
        }
        Ok(outcomes)
    }

    async fn retry_one(
        &self,
        id: i64,
        now: Timestamp,
    ) -> Result<Option<(InboundMessage, Outcome)>, StoreError> {
        let own = self.clone();
        let tried = self.store.write(move |tx| own.try_again(tx, id, now)).await;
        match tried {
            Ok(outcome) => Ok(outcome),
            Err(failure) => self.store.write(move |tx| failed_again(tx, id, &failure, now)).await,
        }
    }

    fn try_again(
        &self,
        tx: &mut Tx<'_>,
        id: i64,
        now: Timestamp,
    ) -> Result<Option<(InboundMessage, Outcome)>, Failure> {
        let Some(waiting) = rows::waiting_locked(tx, id)? else { return Ok(None) };
        let read = self.handler.read(&waiting.message);
        let envelope = read.map_err(|unreadable| Failure::GiveUp(unreadable.rejection.text))?;
        let outcome = match self.handler.handle(tx, &envelope, &waiting.message, now)? {
            Handled::Applied(_) => {
                rows::set_done(tx, waiting.id, waiting.attempts + 1, now)?;
                Outcome::Applied
            }
            Handled::Rejected(rejection) => {
                rows::set_dead(tx, &envelope.event_id, waiting.attempts + 1, &rejection, now)?;
                Outcome::Dead(rejection)
            }
        };
        Ok(Some((waiting.message, outcome)))
    }

    /// What `messages` would do one after the other; nothing is kept. Errors: the store.
    pub async fn preview(
        &self,
        messages: Vec<InboundMessage>,
        now: Timestamp,
    ) -> Result<Vec<Preview>, StoreError> {
        let own = self.clone();
        let looked = self.store.write(move |tx| {
            let mut previews = Vec::new();
            for message in &messages {
                previews.push(own.look(tx, message, now).map_err(Ended::Failed)?);
            }
            Err::<(), Ended>(Ended::Looked(previews))
        });
        match looked.await {
            Err(Ended::Looked(previews)) => Ok(previews),
            Err(Ended::Failed(failure)) => Err(StoreError::Database(reason(&failure).to_owned())),
            Ok(()) => Ok(Vec::new()),
        }
    }

    /// One event of a preview. A failure spoils the transaction on one of the two databases, so it ends the preview there.
    fn look(&self, tx: &mut Tx<'_>, message: &InboundMessage, now: Timestamp) -> Result<Preview, Failure> {
        let event_id = self.handler.read(message).map(|envelope| envelope.event_id);
        let (outcome, effect) = match self.take(tx, message, now) {
            Ok(taken) => taken,
            Err(Failure::GiveUp(text)) => (Outcome::Dead(Rejection { code: GIVEN_UP, text }), None),
            Err(Failure::Retry(text)) => (Outcome::Dead(Rejection { code: "WOULD_RETRY", text }), None),
        };
        let event_id = event_id.unwrap_or_else(|_| message.name_of_unreadable());
        Ok(Preview { event_id, outcome, effect })
    }

    /// Makes a dead letter of an event that never came to its handler. False: it is known already.
    pub async fn bury(
        &self,
        message: &InboundMessage,
        rejection: &Rejection,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let read = self.handler.read(message);
        let (message, rejection) = (message.clone(), rejection.clone());
        self.store
            .write(move |tx| {
                let Ok(envelope) = &read else {
                    bury_unreadable(tx, &message, rejection.clone(), now)?;
                    return Ok(true);
                };
                let is_new = rows::insert_done(tx, envelope, &message, now)?;
                if is_new {
                    rows::set_dead(tx, &envelope.event_id, TRIES_MAX, &rejection, now)?;
                }
                Ok::<_, StoreError>(is_new)
            })
            .await
    }

    /// Events that arrived from `from` to `to`, in order; a page after number `after`, with its last number.
    pub async fn page(
        &self,
        from: Timestamp,
        to: Timestamp,
        after: i64,
    ) -> Result<Vec<(i64, InboundMessage)>, StoreError> {
        self.store.read(move |tx| rows::window(tx, (from, to), after, PAGE_MAX)).await
    }

    fn counted(&self, outcomes: Vec<Outcome>) -> Vec<Outcome> {
        for outcome in &outcomes {
            let status = match outcome {
                Outcome::Applied => "applied",
                Outcome::Duplicate => "duplicate",
                Outcome::Waiting => "waiting",
                Outcome::Dead(_) => "dead",
            };
            metrics::counter!("inbound_events_total", "handler" => self.name(), "status" => status)
                .increment(1);
        }
        outcomes
    }
}

fn reason(failure: &Failure) -> &str {
    match failure {
        Failure::Retry(text) | Failure::GiveUp(text) => text,
    }
}

/// A name that is known: a copy, or another event under the same name.
fn judge_known(
    tx: &mut Tx<'_>,
    envelope: &Envelope,
    message: &InboundMessage,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let known = rows::hash_of(tx, &envelope.event_id)?;
    if known.as_deref() == Some(message.hash().as_slice()) {
        return Ok(Outcome::Duplicate);
    }
    let text = format!("the name {} was used for another content", envelope.event_id);
    bury_unreadable(tx, message, Rejection { code: EVENT_ID_REUSED, text }, now)
}

/// A dead letter under a name of its content's; a second copy of it changes nothing.
fn bury_unreadable(
    tx: &mut Tx<'_>,
    message: &InboundMessage,
    rejection: Rejection,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let name = message.name_of_unreadable();
    let envelope =
        Envelope { event_id: name.clone(), kind: String::new(), key: name, owner: None, sequence: None };
    if rows::insert_done(tx, &envelope, message, now)? {
        rows::set_dead(tx, &envelope.event_id, 1, &rejection, now)?;
    }
    Ok(Outcome::Dead(rejection))
}

/// The first try failed: what was written is rolled back, and this notes how it goes on.
fn put_aside(
    tx: &mut Tx<'_>,
    envelope: &Envelope,
    message: &InboundMessage,
    failure: &Failure,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    if !rows::insert_done(tx, envelope, message, now)? {
        return Ok(Outcome::Duplicate);
    }
    if let Some((publisher, sequence)) = &envelope.sequence {
        gaps::arrived(tx, publisher, *sequence, now)?;
    }
    settle_failure(tx, &envelope.event_id, 1, failure, now)
}

/// Another try failed.
fn failed_again(
    tx: &mut Tx<'_>,
    id: i64,
    failure: &Failure,
    now: Timestamp,
) -> Result<Option<(InboundMessage, Outcome)>, StoreError> {
    let Some(waiting) = rows::waiting_locked(tx, id)? else { return Ok(None) };
    let Some(letter) = super::letters::find(tx, id)? else { return Ok(None) };
    let outcome = settle_failure(tx, &letter.event_id, waiting.attempts + 1, failure, now)?;
    Ok(Some((waiting.message, outcome)))
}

/// Waits for the next try, or dies.
fn settle_failure(
    tx: &mut Tx<'_>,
    event_id: &str,
    attempts: i64,
    failure: &Failure,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let code = match failure {
        Failure::GiveUp(_) => Some(GIVEN_UP),
        Failure::Retry(_) if attempts >= TRIES_MAX => Some(RETRIES_EXHAUSTED),
        Failure::Retry(_) => None,
    };
    let text = reason(failure);
    if let Some(code) = code {
        let rejection = Rejection { code, text: text.to_owned() };
        rows::set_dead(tx, event_id, attempts, &rejection, now)?;
        return Ok(Outcome::Dead(rejection));
    }
    let delay = usize::try_from(attempts - 1).ok().and_then(|at| RETRY_DELAYS_S.get(at)).copied();
    let run_at = now.plus_secs(delay.unwrap_or(RETRY_DELAYS_S[RETRY_DELAYS_S.len() - 1]));
    rows::set_waiting(tx, event_id, (attempts, text), (now, run_at))?;
    Ok(Outcome::Waiting)
}
