//! Correcting a wrong verdict: what was paid is taken back and the event is settled anew. Two superadmins, and not after three days.

use super::audit_record::{Act, Acting, append};
use super::two_persons::{Consent, consent};
use crate::app::App;
use crate::domain::event::{Settlement, State};
use crate::domain::ids::{EventId, ResultId};
use crate::domain::result::{EventResult, ResultState};
use crate::domain::settlement::{Attempt, Phase};
use crate::refusals;
use crate::store::approvals::Approval;
use crate::store::{events, receipts, results, settlements};
use kernel::{IdSource, Refusal, Timestamp, UserId};
use serde_json::json;
use std::sync::Arc;
use store::{StoreError, Tx};

/// Seconds after its settlement in which an event can be corrected.
const WINDOW_S: i64 = 72 * 3_600;
/// How the act is called.
const ACTION: &str = "event.resettle";

/// What the verdict should have been.
#[derive(Debug, Clone)]
pub struct Correction {
    /// Of which event.
    pub event: EventId,
    /// The choice that won; none: the event is void.
    pub option: Option<String>,
    /// Why, for the record.
    pub reason: String,
    /// Who says so.
    pub by: UserId,
}

/// Whether the correction has begun, or waits for the second person. Errors: 404, 409, 422.
pub async fn run(app: &App, acting: Acting, correction: Correction) -> Result<Consent, Refusal> {
    let (ids, now) = (Arc::clone(&app.ids), app.clock.now());
    app.store.write(move |tx| correct(tx, &ids, &acting, &correction, now)).await
}

fn correct(
    tx: &mut Tx<'_>,
    ids: &IdSource,
    acting: &Acting,
    correction: &Correction,
    now: Timestamp,
) -> Result<Consent, Refusal> {
    let mut event = events::lock_one(tx, correction.event)?.ok_or_else(|| Refusal::not_found("event"))?;
    let option = correction.option.as_deref();
    let option = option.map(|id| event.option(id).ok_or_else(refusals::unknown_option)).transpose()?;
    let attempt = settlements::lock_newest(tx, event.id)?;
    let done = attempt.filter(|attempt| attempt.phase == Phase::Done && event.settlement.is_final());
    let mut attempt = done.filter(|_| event.state != State::Cancelled).ok_or_else(refusals::not_settled)?;
    check_time(tx, event.id, now)?;
    let target = format!("event:{}", event.id.0);
    let request = json!({ "optionId": correction.option }).to_string();
    let said = consent(tx, (ACTION, &target), &Approval { request, first: correction.by }, now)?;
    let after = json!({ "optionId": correction.option, "reason": correction.reason,
        "approved": said != Consent::AwaitsApproval });
    let act = Act {
        action: ACTION,
        target,
        before: Some(json!({ "attempt": attempt.number })),
        after: Some(after),
    };
    append(tx, acting, act, now)?;
    let Consent::Given(first) = said else { return Ok(said) };
    let result = corrected(ids, &attempt, (option, correction, first), now);
    results::insert(tx, &result)?;
    event.result = Some(result.id.0);
    event.settlement = Settlement::Proposed;
    event.settle_at = None;
    events::save_state(tx, &event, now)?;
    attempt.phase = Phase::Reversing;
    attempt.cursor = 0;
    settlements::save(tx, &attempt, now)?;
    Ok(said)
}

fn check_time(tx: &mut Tx<'_>, event: EventId, now: Timestamp) -> Result<(), Refusal> {
    let newest: Result<_, StoreError> = receipts::of_event(tx, event);
    let is_late = newest?.pop().is_some_and(|row| row.created_at.plus_secs(WINDOW_S) < now);
    if is_late { Err(refusals::too_late_to_correct()) } else { Ok(()) }
}

/// The result that should have been; what was predicted happened when it happened.
fn corrected(
    ids: &IdSource,
    before: &Attempt,
    (option, correction, first): (Option<usize>, &Correction, UserId),
    now: Timestamp,
) -> EventResult {
    EventResult {
        id: ResultId(ids.next(now)),
        event: before.event,
        option,
        confidence_bp: 10_000,
        decided_at: before.decided_at,
        evidence: json!({ "by": "two operators", "reason": correction.reason }).to_string(),
        prompt_versions: "{}".to_owned(),
        llm_model: None,
        reported_by: format!("user:{}+user:{}", first.0, correction.by.0),
        state: ResultState::Accepted,
        at: now,
    }
}
