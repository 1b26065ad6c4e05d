//! A reported result of an event: what it says, and what becomes of it.

use super::event::{PotEvent, Settlement, State};
use super::ids::{EventId, ResultId};
use kernel::Timestamp;

/// Where a result stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultState {
    /// It is carried out when the dispute window ends.
    Proposed,
    /// A person must look at it.
    Review,
    /// It was carried out, or a person said yes.
    Accepted,
    /// A person said no.
    Rejected,
    /// Another one took its place.
    Superseded,
}

impl ResultState {
    /// As written in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Review => "review",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Superseded => "superseded",
        }
    }

    /// The state of this word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Proposed, Self::Review, Self::Accepted, Self::Rejected, Self::Superseded]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// A result as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventResult {
    /// Its number.
    pub id: ResultId,
    /// Of what.
    pub event: EventId,
    /// Which choice won; none: the event is void.
    pub option: Option<usize>,
    /// How sure the reporter is, basis points.
    pub confidence_bp: i64,
    /// When it happened.
    pub decided_at: Timestamp,
    /// What shows it, a JSON object.
    pub evidence: String,
    /// Which prompts were used, a JSON object.
    pub prompt_versions: String,
    /// Which model.
    pub llm_model: Option<String>,
    /// `worker:NAME` or `user:NUMBER`.
    pub reported_by: String,
    /// Where it stands.
    pub state: ResultState,
    /// When it was reported.
    pub at: Timestamp,
}

/// Why a result is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultRefusal {
    /// The event's money has moved, or is moving.
    EventIsSettled,
    /// The votes decide a poll.
    VotesDecide,
    /// It says that it happened later than now.
    DecidedInTheFuture,
}

/// What is done with a reported result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reception {
    /// It is proposed until the end of the dispute window.
    Propose,
    /// It says what the proposed one says already.
    Confirm,
    /// A person must look, and why; a result that was proposed waits too.
    Review(&'static str),
}

/// What to do with a worker's result at `now`. `proposed` is the event's present proposal.
pub fn receive(
    event: &PotEvent,
    proposed: Option<&EventResult>,
    (option, confidence_bp, decided_at): (Option<usize>, i64, Timestamp),
    confidence_min_bp: i64,
    now: Timestamp,
) -> Result<Reception, ResultRefusal> {
    check_open(event)?;
    if decided_at > now.plus_secs(CLOCK_SKEW_S) {
        return Err(ResultRefusal::DecidedInTheFuture);
    }
    Ok(match proposed {
        Some(before) if before.option != option => Reception::Review("contradiction"),
        Some(_) => Reception::Confirm,
        None if confidence_bp < confidence_min_bp => Reception::Review("low_confidence"),
        None => Reception::Propose,
    })
}

/// Seconds by which a worker's clock may be ahead of ours.
const CLOCK_SKEW_S: i64 = 5;

/// Whether a result can still change anything.
pub fn check_open(event: &PotEvent) -> Result<(), ResultRefusal> {
    if event.kind == super::event::Kind::Poll {
        return Err(ResultRefusal::VotesDecide);
    }
    if event.settlement.is_final() || event.state == State::Cancelled {
        return Err(ResultRefusal::EventIsSettled);
    }
    Ok(())
}

/// Whether a proposed result is carried out at `now`.
#[must_use]
pub fn is_due(event: &PotEvent, now: Timestamp) -> bool {
    event.settlement == Settlement::Proposed && event.settle_at.is_some_and(|at| at <= now)
}
