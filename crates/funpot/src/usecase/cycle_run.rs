//! One cycle of analysis: a picture of a stream is asked about stage by stage, as far as the stages can tell. There is one a streamer and
//! window of time, whoever asks; what cannot be classified waits with its picture to be tried again.

use super::decision_record::{self, Report};
use crate::app::App;
use crate::domain::decision::{Decision, DecisionCost, WINDOW_S, window};
use crate::domain::ids::{RunId, StreamerId};
use crate::domain::live_config::Flag;
use crate::domain::prompt::{Prompt, choose};
use crate::domain::stage::{NOT_CS, Stage};
use crate::gateway::classifier::{Classified, ClassifierFault};
use crate::refusals;
use crate::store::llm_dead_letters::{self, DeadLetter};
use crate::store::{decisions, prompts, streamers};
use kernel::{Refusal, Timestamp};
use std::time::Duration;
use store::{StoreError, Tx, leases};

pub use crate::store::llm_dead_letters::DeadLetter as Letter;

/// What is looked at.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Of whose stream.
    pub streamer: StreamerId,
    /// The worker's name of it.
    pub input_ref: String,
    /// An address, or a data URL.
    pub image: String,
}

/// What a cycle came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Its number.
    pub run: RunId,
    /// completed, partial or failed.
    pub status: &'static str,
    /// What its stages said.
    pub decisions: Vec<Decision>,
}

/// Why a try ended, and how many there were.
struct GivenUp {
    tries: i64,
    error: String,
}

/// Runs a cycle. Errors: 404, 409 where one runs or ran in this window, or the stream showed something else a moment ago; 503.
pub async fn run(app: &App, worker: &str, frame: Frame) -> Result<Outcome, Refusal> {
    if !app.config.load().is_on(Flag::Llm) {
        return Err(refusals::feature_disabled(Flag::Llm));
    }
    let now = app.clock.now();
    let run = RunId(app.ids.next(now));
    let (streamer, owner) = (frame.streamer, format!("{worker} {}", run.0));
    let holder = owner.clone();
    app.store.write(move |tx| begin(tx, run, streamer, &holder, now)).await?;
    let mut said = Vec::new();
    let given_up = run_stages(app, run, &frame, &mut said).await?;
    let status = match (&given_up, said.is_empty()) {
        (None, _) => "completed",
        (Some(_), false) => "partial",
        (Some(_), true) => "failed",
    };
    let ended = app.clock.now();
    app.store
        .write(move |tx| {
            decisions::end_run(tx, run, status, ended)?;
            leases::release(tx, &lease(streamer), &owner)
        })
        .await?;
    Ok(Outcome { run, status, decisions: said })
}

fn lease(streamer: StreamerId) -> String {
    format!("cycle:{}", streamer.0)
}

fn begin(tx: &mut Tx<'_>, run: RunId, id: StreamerId, owner: &str, now: Timestamp) -> Result<(), Refusal> {
    streamers::by_id(tx, id)?.ok_or_else(|| Refusal::not_found("streamer"))?;
    let before = decisions::newest(tx, id, Stage::A)?.filter(|decision| decision.label == NOT_CS);
    if let Some(before) = before {
        let in_use = prompts::in_use(tx, Stage::A.as_str())?;
        let cooldown = choose(&in_use, id.0, 0).map_or(0, |prompt| prompt.terms.cooldown_ms);
        if before.created_at.as_micros() + cooldown * 1_000 > now.as_micros() {
            return Err(refusals::stream_cools_down());
        }
    }
    let is_first = leases::acquire(tx, &lease(id), owner, now, now.plus_secs(WINDOW_S))?
        && decisions::begin_run(tx, run, (id, window(now)), now)?;
    if is_first { Ok(()) } else { Err(refusals::cycle_is_running()) }
}

/// Asks stage after stage; what could not be classified, if anything.
async fn run_stages(
    app: &App,
    run: RunId,
    frame: &Frame,
    said: &mut Vec<Decision>,
) -> Result<Option<&'static str>, Refusal> {
    for stage in Stage::ALL {
        let label =
            |of: Stage| said.iter().find(|decision| decision.stage == of).map(|decision| decision.label);
        if !stage.may_run(label) {
            break;
        }
        let Some(prompt) = prompt(app, stage, frame.streamer).await? else { break };
        match classify(app, stage, &prompt, &frame.image).await {
            Ok(classified) => said.push(record(app, run, stage, (&prompt, frame), classified).await?),
            Err(given_up) => {
                keep(app, run, stage, frame, given_up).await?;
                return Ok(Some(stage.as_str()));
            }
        }
    }
    Ok(None)
}

async fn prompt(app: &App, stage: Stage, streamer: StreamerId) -> Result<Option<Prompt>, StoreError> {
    let in_use = app.store.read(move |tx| prompts::in_use(tx, stage.as_str())).await?;
    Ok(choose(&in_use, streamer.0, 0).cloned())
}

/// Asks until there is an answer or the prompt's tries are used up, with growing pauses.
async fn classify(app: &App, stage: Stage, prompt: &Prompt, image: &str) -> Result<Classified, GivenUp> {
    let mut tries = 0;
    loop {
        tries += 1;
        match app.classifier.classify(&prompt.terms, image).await {
            Ok(classified) => {
                measure(stage, &classified);
                return Ok(classified);
            }
            Err(fault) => {
                metrics::counter!("llm_stage_total", "stage" => stage.as_str(), "outcome" => "failed")
                    .increment(1);
                let is_last = tries > prompt.terms.retry_count || fault == ClassifierFault::NotConfigured;
                if is_last {
                    return Err(GivenUp { tries, error: fault.to_string() });
                }
                let pause = prompt.terms.backoff_ms.saturating_mul(1 << (tries - 1));
                tokio::time::sleep(Duration::from_millis(pause.unsigned_abs())).await;
            }
        }
    }
}

fn measure(stage: Stage, classified: &Classified) {
    let stage = stage.as_str();
    metrics::counter!("llm_stage_total", "stage" => stage, "outcome" => "answered").increment(1);
    metrics::histogram!("llm_stage_seconds", "stage" => stage).record(classified.latency_ms as f64 / 1_000.0);
    for (direction, tokens) in [("in", classified.tokens.0), ("out", classified.tokens.1)] {
        let tokens = u64::try_from(tokens.unwrap_or(0)).unwrap_or(0);
        metrics::counter!("llm_tokens_total", "stage" => stage, "direction" => direction).increment(tokens);
    }
}

async fn record(
    app: &App,
    run: RunId,
    stage: Stage,
    (prompt, frame): (&Prompt, &Frame),
    classified: Classified,
) -> Result<Decision, Refusal> {
    let report = Report {
        streamer: frame.streamer,
        run: Some(run),
        stage,
        prompt: Some(prompt.id),
        input_ref: Some(frame.input_ref.clone()),
        label: classified.label,
        // A model that does not say how sure it is passes no floor but one of nothing.
        confidence_bp: classified.confidence_bp.unwrap_or(0),
        cost: DecisionCost {
            raw_response: Some(classified.raw),
            latency_ms: Some(classified.latency_ms),
            tokens_in: classified.tokens.0,
            tokens_out: classified.tokens.1,
        },
    };
    decision_record::run(app, report).await
}

async fn keep(
    app: &App,
    run: RunId,
    stage: Stage,
    frame: &Frame,
    given_up: GivenUp,
) -> Result<(), StoreError> {
    let now = app.clock.now();
    tracing::warn!(stage = stage.as_str(), error = %given_up.error, "a picture could not be classified");
    let letter = DeadLetter {
        id: app.ids.next(now),
        run,
        streamer: frame.streamer,
        stage: stage.as_str().to_owned(),
        input_ref: frame.input_ref.clone(),
        image: frame.image.clone(),
        attempts: given_up.tries,
        error: given_up.error,
        created_at: now,
    };
    app.store.write(move |tx| llm_dead_letters::insert(tx, &letter)).await
}

/// Those that wait, newest first.
pub async fn dead_letters(app: &App, before: i64, limit: i64) -> Result<Vec<DeadLetter>, StoreError> {
    app.store.read(move |tx| llm_dead_letters::open(tx, before, limit)).await
}

/// Tries one again; what it said. Errors: 404; 503, it failed again and waits further.
pub async fn replay(app: &App, id: i64) -> Result<Decision, Refusal> {
    let letter = app.store.read(move |tx| llm_dead_letters::by_id(tx, id)).await?;
    let letter = letter.ok_or_else(|| Refusal::not_found("dead letter"))?;
    let stage = Stage::parse(&letter.stage).ok_or_else(|| Refusal::internal("a dead letter's stage"))?;
    let frame = Frame { streamer: letter.streamer, input_ref: letter.input_ref, image: letter.image };
    let prompt = prompt(app, stage, frame.streamer).await?.ok_or_else(|| Refusal::not_found("prompt"))?;
    match classify(app, stage, &prompt, &frame.image).await {
        Ok(classified) => {
            let decision = record(app, letter.run, stage, (&prompt, &frame), classified).await?;
            let now = app.clock.now();
            app.store.write(move |tx| llm_dead_letters::close(tx, id, now)).await?;
            Ok(decision)
        }
        Err(GivenUp { tries, error }) => {
            let text = error.clone();
            app.store.write(move |tx| llm_dead_letters::failed(tx, id, tries, &text)).await?;
            Err(Refusal::unavailable(error))
        }
    }
}
