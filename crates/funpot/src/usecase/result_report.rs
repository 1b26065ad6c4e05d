//! A result that a worker reports, or that an operator says: proposed, or waiting for a person.

use super::event_close;
use crate::app::App;
use crate::domain::event::{PotEvent, Settlement, State};
use crate::domain::ids::{EventId, ResultId, StreamerId};
use crate::domain::live_config::{LiveConfig, NumberKey};
use crate::domain::result::{EventResult, Reception, ResultRefusal, ResultState, check_open, receive};
use crate::refusals;
use crate::store::reviews::{self, ReviewRow};
use crate::store::{events, results, settlements};
use kernel::{IdSource, Refusal, Timestamp};
use serde_json::json;
use std::sync::Arc;
use store::{StoreError, Tx};

/// A result as it is reported.
#[derive(Debug, Clone)]
pub struct ResultReport {
    /// Whose stream.
    pub streamer: StreamerId,
    /// The event, by our number or by its reporter's name.
    pub event: EventRef,
    /// The choice that won; none: the event is void.
    pub option: Option<String>,
    /// How sure, basis points.
    pub confidence_bp: i64,
    /// When it happened; none: now.
    pub decided_at: Option<Timestamp>,
    /// What shows it, a JSON object.
    pub evidence: String,
    /// Which prompts, a JSON object.
    pub prompt_versions: String,
    /// Which model.
    pub llm_model: Option<String>,
    /// `worker:NAME` or `user:NUMBER`.
    pub reported_by: String,
}

/// Which event is meant.
#[derive(Debug, Clone)]
pub enum EventRef {
    /// By our number.
    Id(EventId),
    /// By its reporter's name.
    External(String),
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The result's number.
    pub id: ResultId,
    /// Where it stands.
    pub state: ResultState,
    /// When it is carried out.
    pub settle_at: Option<Timestamp>,
}

/// Takes an operator's word: no window, no doubt.
pub async fn decide(app: &App, report: ResultReport) -> Result<Received, Refusal> {
    let reporter = Reporter::of(app);
    app.store.write(move |tx| reporter.decide(tx, &report)).await
}

/// What receiving works with; it is moved into the transaction.
pub struct Reporter {
    ids: Arc<IdSource>,
    config: Arc<LiveConfig>,
    now: Timestamp,
}

impl Reporter {
    /// With what is in force now.
    #[must_use]
    pub fn of(app: &App) -> Self {
        Self { ids: Arc::clone(&app.ids), config: app.config.load_full(), now: app.clock.now() }
    }

    /// Takes a worker's result in the caller's transaction.
    pub fn receive(&self, tx: &mut Tx<'_>, report: &ResultReport) -> Result<Received, Refusal> {
        let mut event = find(tx, report)?;
        let option = option_of(&event, report)?;
        refuse_running(tx, &event)?;
        let proposed = event.result.map(|id| results::by_id(tx, ResultId(id))).transpose()?.flatten();
        let decided_at = report.decided_at.unwrap_or(self.now);
        let minimum = self.config.number(NumberKey::MinConfidence);
        let said = (option, report.confidence_bp, decided_at);
        let reception =
            receive(&event, proposed.as_ref(), said, minimum, self.now).map_err(refusals::of_result)?;
        let mut result = self.result(&event, report, option);
        self.close_early(tx, &mut event)?;
        match reception {
            Reception::Confirm => result.state = ResultState::Superseded,
            Reception::Propose => {
                let window = self.config.number(NumberKey::DisputeWindowSec);
                event.settlement = Settlement::Proposed;
                event.result = Some(result.id.0);
                event.settle_at = Some(self.now.plus_secs(window));
            }
            Reception::Review(reason) => {
                result.state = ResultState::Review;
                event.settlement = Settlement::Pending;
                event.settle_at = None;
                event.result = None;
                if let Some(before) = &proposed {
                    results::set_state(tx, before.id, ResultState::Review)?;
                    self.enqueue(tx, &event, before, reason)?;
                }
                self.enqueue(tx, &event, &result, reason)?;
            }
        }
        results::insert(tx, &result)?;
        events::save_state(tx, &event, self.now)?;
        Ok(Received { id: result.id, state: result.state, settle_at: event.settle_at })
    }

    fn decide(&self, tx: &mut Tx<'_>, report: &ResultReport) -> Result<Received, Refusal> {
        let mut event = find(tx, report)?;
        let option = option_of(&event, report)?;
        refuse_running(tx, &event)?;
        // An operator may make a poll void, and nothing else of it.
        if option.is_some() || event.settlement.is_final() {
            check_open(&event).map_err(refusals::of_result)?;
        }
        let result = self.result(&event, report, option);
        if event.state == State::Live {
            let state = if option.is_none() { State::Cancelled } else { State::Closed };
            event_close::close(tx, &self.ids, &mut event, state, self.now)?;
        }
        results::insert(tx, &result)?;
        self.accept(tx, &mut event, &result)?;
        Ok(Received { id: result.id, state: ResultState::Accepted, settle_at: event.settle_at })
    }

    /// Lets a result be carried out at once; what waits about the event is decided.
    pub fn accept(
        &self,
        tx: &mut Tx<'_>,
        event: &mut PotEvent,
        result: &EventResult,
    ) -> Result<(), StoreError> {
        if let Some(before) = event.result.filter(|before| *before != result.id.0) {
            results::set_state(tx, ResultId(before), ResultState::Superseded)?;
        }
        results::set_state(tx, result.id, ResultState::Accepted)?;
        event.settlement = Settlement::Proposed;
        event.result = Some(result.id.0);
        event.settle_at = Some(self.now);
        reviews::close_of_event(tx, event.id.0, &result.reported_by, self.now)?;
        events::save_state(tx, event, self.now)
    }

    /// A result closes its event: what is decided takes no votes.
    fn close_early(&self, tx: &mut Tx<'_>, event: &mut PotEvent) -> Result<(), StoreError> {
        if event.state == State::Live {
            event_close::close(tx, &self.ids, event, State::Closed, self.now)?;
        }
        Ok(())
    }

    fn result(&self, event: &PotEvent, report: &ResultReport, option: Option<usize>) -> EventResult {
        EventResult {
            id: ResultId(self.ids.next(self.now)),
            event: event.id,
            option,
            confidence_bp: report.confidence_bp,
            decided_at: report.decided_at.unwrap_or(self.now),
            evidence: report.evidence.clone(),
            prompt_versions: report.prompt_versions.clone(),
            llm_model: report.llm_model.clone(),
            reported_by: report.reported_by.clone(),
            state: ResultState::Proposed,
            at: self.now,
        }
    }

    fn enqueue(
        &self,
        tx: &mut Tx<'_>,
        event: &PotEvent,
        result: &EventResult,
        reason: &str,
    ) -> Result<(), StoreError> {
        let option = result.option.and_then(|option| event.option_id(option));
        let row = ReviewRow {
            id: self.ids.next(self.now),
            kind: "result".to_owned(),
            reason: reason.to_owned(),
            streamer: event.streamer.0,
            event: Some(event.id.0),
            result: Some(result.id.0),
            payload: json!({ "optionId": option, "confidenceBp": result.confidence_bp }).to_string(),
            state: "open".to_owned(),
            decided_by: None,
            decided_at: None,
            created_at: self.now,
        };
        reviews::insert(tx, &row)
    }
}

fn find(tx: &mut Tx<'_>, report: &ResultReport) -> Result<PotEvent, Refusal> {
    let id = match &report.event {
        EventRef::Id(id) => Some(*id),
        EventRef::External(name) => events::by_external(tx, report.streamer, name)?.map(|event| event.id),
    };
    let event = id.map(|id| events::lock_one(tx, id)).transpose()?.flatten();
    let event = event.filter(|event| report.streamer.0 == 0 || event.streamer == report.streamer);
    event.ok_or_else(|| Refusal::not_found("event"))
}

fn option_of(event: &PotEvent, report: &ResultReport) -> Result<Option<usize>, Refusal> {
    let found = report.option.as_deref().map(|id| event.option(id).ok_or_else(refusals::unknown_option));
    found.transpose()
}

/// A result that is being paid can no longer be contradicted.
fn refuse_running(tx: &mut Tx<'_>, event: &PotEvent) -> Result<(), Refusal> {
    let newest = settlements::lock_newest(tx, event.id)?;
    let runs = newest.is_some_and(|attempt| {
        use crate::domain::settlement::Phase;
        matches!(attempt.phase, Phase::Paying | Phase::Reversing)
    });
    if runs { Err(refusals::of_result(ResultRefusal::EventIsSettled)) } else { Ok(()) }
}
