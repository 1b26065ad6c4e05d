//! Callbacks of workers: events and results. Each is signed; a repeated key gets the first answer.

use super::state::PotState;
use super::worker_call::WorkerCall;
use crate::domain::ids::{GameId, StreamerId};
use crate::domain::live_config::stored_ratio;
use crate::usecase::result_report::{EventRef, ResultReport};
use crate::usecase::worker_events::{self, Batch, SourceBody};
use crate::usecase::worker_result;
use axum::Router;
use axum::extract::State;
use axum::routing::post;
use kernel::{PublicIds, Refusal, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use web::Refused;
use web::idempotency::Answered;

/// The routes of workers.
pub fn routes() -> Router<PotState> {
    Router::new()
        .route("/funpot/internal/worker/events", post(events))
        .route("/funpot/internal/worker/results", post(results))
}

/// A batch of events.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventsBody {
    streamer_id: String,
    game_id: Option<String>,
    #[serde(default)]
    source: SourceBody,
    events: Vec<Value>,
}

async fn events(State(state): State<PotState>, call: WorkerCall) -> Result<Answered, Refused> {
    let body: EventsBody = call.json()?;
    let public = &state.app.public;
    let game: Option<Option<GameId>> = body.game_id.as_deref().map(|id| public.decode(id).ok());
    let batch = Batch {
        streamer: public.decode::<StreamerId>(&body.streamer_id).ok(),
        game: game.flatten(),
        game_is_unknown: game == Some(None),
        source: body.source,
        events: body.events,
    };
    Ok(worker_events::run(&state.app, call.worker, call.attempt, batch).await?.into())
}

/// A result.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResultBody {
    streamer_id: String,
    event_id: Option<String>,
    external_id: Option<String>,
    option_id: Option<String>,
    confidence: serde_json::Number,
    decided_at: Option<String>,
    #[serde(default)]
    evidence: Evidence,
    #[serde(default)]
    prompt_versions: Value,
    llm_model: Option<String>,
}

/// What shows a result.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Evidence {
    clip_id: Option<String>,
    at_ms: Option<i64>,
    frame_sha256: Option<String>,
}

async fn results(State(state): State<PotState>, call: WorkerCall) -> Result<Answered, Refused> {
    let body: ResultBody = call.json()?;
    let report = report(&state.app.public, &call.worker, body)?;
    Ok(worker_result::run(&state.app, call.attempt, report).await?.into())
}

fn report(public: &PublicIds, worker: &str, body: ResultBody) -> Result<ResultReport, Refusal> {
    let unknown = || Refusal::not_found("event");
    let event = match (body.event_id, body.external_id) {
        (Some(id), _) => EventRef::Id(public.decode(&id).map_err(|_| unknown())?),
        (None, Some(name)) => EventRef::External(name),
        (None, None) => return Err(Refusal::field("eventId", "give eventId or externalId")),
    };
    let decided_at = body.decided_at.as_deref().map(Timestamp::parse_rfc3339).transpose();
    let evidence = json!({ "clipId": body.evidence.clip_id, "atMs": body.evidence.at_ms,
        "frameSha256": body.evidence.frame_sha256 });
    let versions = if body.prompt_versions.is_object() { body.prompt_versions } else { json!({}) };
    Ok(ResultReport {
        streamer: public.decode(&body.streamer_id).map_err(|_| unknown())?,
        event,
        option: body.option_id,
        confidence_bp: stored_ratio(&body.confidence.to_string())
            .ok_or_else(|| Refusal::field("confidence", "must be from 0 to 1"))?,
        decided_at: decided_at.map_err(|problem| Refusal::field("decidedAt", &problem))?,
        evidence: evidence.to_string(),
        prompt_versions: versions.to_string(),
        llm_model: body.llm_model,
        reported_by: format!("worker:{worker}"),
    })
}
