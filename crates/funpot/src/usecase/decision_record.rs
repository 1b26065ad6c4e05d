//! Recording what the classifier said: the stages before must have been able to tell, and what may not be said counts as nothing said.

use crate::app::App;
use crate::domain::decision::{Decision, DecisionCost};
use crate::domain::ids::{DecisionId, PromptId, RunId, StreamerId};
use crate::domain::pot_event::{self, StageLabelled};
use crate::domain::prompt::choose;
use crate::domain::stage::Stage;
use crate::refusals;
use crate::store::{decisions, prompts, streamers};
use kernel::{IdSource, Refusal, Timestamp};
use std::sync::Arc;
use store::{StoreError, Tx, outbox};

/// A stage's word as it is reported.
#[derive(Debug, Clone)]
pub struct Report {
    /// Of whose stream.
    pub streamer: StreamerId,
    /// Of which cycle.
    pub run: Option<RunId>,
    /// Which stage.
    pub stage: Stage,
    /// By which version of a prompt; none: by the one that is in use.
    pub prompt: Option<PromptId>,
    /// What was looked at.
    pub input_ref: Option<String>,
    /// As it was written.
    pub label: String,
    /// Basis points.
    pub confidence_bp: i64,
    /// What it took.
    pub cost: DecisionCost,
}

/// Records it. Errors: 404, 409 where a stage before could not tell.
pub async fn run(app: &App, report: Report) -> Result<Decision, Refusal> {
    let (ids, now) = (Arc::clone(&app.ids), app.clock.now());
    app.store.write(move |tx| record(tx, &ids, &report, now)).await
}

/// The same in the transaction of somebody else.
pub fn record(tx: &mut Tx<'_>, ids: &IdSource, report: &Report, now: Timestamp) -> Result<Decision, Refusal> {
    streamers::by_id(tx, report.streamer)?.ok_or_else(|| Refusal::not_found("streamer"))?;
    let earlier = labels(tx, report)?;
    let said = |stage: Stage| earlier.iter().find(|(of, _)| *of == stage).map(|(_, label)| *label);
    if !report.stage.may_run(said) {
        return Err(refusals::stage_may_not_run(report.stage.as_str()));
    }
    let (prompt, floor_bp) = prompt_of(tx, report)?;
    let decision = Decision {
        id: DecisionId(ids.next(now)),
        run: report.run,
        streamer: report.streamer,
        stage: report.stage,
        prompt,
        input_ref: report.input_ref.clone(),
        label: report.stage.label(&report.label, report.confidence_bp, floor_bp),
        confidence_bp: report.confidence_bp,
        cost: report.cost.clone(),
        created_at: now,
    };
    decisions::insert(tx, &decision)?;
    outbox::append(
        tx,
        &[pot_event::fact(ids.next(now), pot_event::LLM_STAGE, decision.streamer.0, &fact(&decision), now)],
    )?;
    Ok(decision)
}

/// What the stages before said: in the same cycle, or the newest where there is no cycle.
fn labels(tx: &mut Tx<'_>, report: &Report) -> Result<Vec<(Stage, &'static str)>, StoreError> {
    let mut found = Vec::new();
    for stage in Stage::ALL.into_iter().filter(|stage| *stage < report.stage) {
        let decision = match report.run {
            Some(run) => decisions::of_run(tx, run, stage)?,
            None => decisions::newest(tx, report.streamer, stage)?,
        };
        found.extend(decision.map(|decision| (stage, decision.label)));
    }
    Ok(found)
}

/// By which prompt it was said, and how sure it must be.
fn prompt_of(tx: &mut Tx<'_>, report: &Report) -> Result<(Option<PromptId>, i64), Refusal> {
    let named = report.prompt.map(|id| prompts::lock(tx, id)).transpose()?;
    if let Some(named) = named {
        let named = named.ok_or_else(|| Refusal::not_found("prompt"))?;
        return Ok((Some(named.id), named.terms.min_confidence_bp));
    }
    let in_use = prompts::in_use(tx, report.stage.as_str())?;
    let chosen = choose(&in_use, report.streamer.0, 0);
    Ok((chosen.map(|prompt| prompt.id), chosen.map_or(0, |prompt| prompt.terms.min_confidence_bp)))
}

fn fact(decision: &Decision) -> StageLabelled {
    StageLabelled {
        streamer: decision.streamer.0,
        stage: decision.stage.as_str().to_owned(),
        label: decision.label.to_owned(),
        confidence_bp: decision.confidence_bp,
        at: decision.created_at.as_micros(),
    }
}
