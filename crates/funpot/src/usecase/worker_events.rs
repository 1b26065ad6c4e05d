//! A worker's batch of events: each is judged alone; what a person may still let in waits for one.

use super::event_open::{Draft, Opener, Report};
use crate::app::App;
use crate::domain::event::{Choice, Kind};
use crate::domain::event_create::{CreateRefusal, Terms};
use crate::domain::ids::{EventId, GameId, StreamerId};
use crate::domain::live_config::stored_ratio;
use crate::store::event_sources::EventSource;
use crate::store::reviews::{self, ReviewRow};
use kernel::{IdSource, Refusal, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use store::keyed::{Answer, Attempt, answer};
use store::{StoreError, Tx};

/// Events of a batch at most.
const EVENTS_MAX: usize = 50;
/// Reports of this major version are read.
const SCHEMA_MAJOR: &str = "1";

/// A batch, its ids read already.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Whose stream; none: no streamer of ours.
    pub streamer: Option<StreamerId>,
    /// Of which game.
    pub game: Option<GameId>,
    /// A game was named that is none of ours.
    pub game_is_unknown: bool,
    /// Where the events come from.
    pub source: SourceBody,
    /// The events as they were sent.
    pub events: Vec<Value>,
}

/// Where the events of a batch come from.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SourceBody {
    /// The worker's name of the clip.
    pub clip_id: Option<String>,
    /// When it began, RFC 3339.
    pub started_at: Option<String>,
    /// How long it is.
    pub duration_sec: Option<i64>,
    /// Which model.
    pub llm_model: Option<String>,
}

/// One event as a worker sends it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    external_id: String,
    title: String,
    options: Vec<Choice>,
    valid_for_sec: Option<i64>,
    confidence: Option<serde_json::Number>,
    #[serde(default)]
    prompt_versions: Value,
    #[serde(default)]
    schema_version: Value,
    #[serde(default)]
    raw_json: Value,
    cost_per_vote: Option<i64>,
    kind: Option<String>,
}

/// What became of a batch.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    accepted: usize,
    created_event_ids: Vec<String>,
    rejected: Vec<Rejected>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rejected {
    external_id: String,
    reason: &'static str,
}

/// Judges the batch; the same key gets the first answer. Errors: 400 for too many events.
pub async fn run(app: &App, worker: String, attempt: Attempt, batch: Batch) -> Result<Answer, Refusal> {
    if batch.events.len() > EVENTS_MAX {
        return Err(Refusal::field("events", "at most 50 in a batch"));
    }
    let (opener, ids, public, now) =
        (Opener::of(app), Arc::clone(&app.ids), app.public.clone(), app.clock.now());
    app.store
        .write(move |tx| {
            answer(tx, &attempt, now, |tx| {
                let mut outcome =
                    Outcome { accepted: 0, created_event_ids: Vec::new(), rejected: Vec::new() };
                for event in &batch.events {
                    match judge(tx, (&opener, &ids), (&worker, &batch), event, now)? {
                        Ok(id) => outcome.created_event_ids.push(public.encode(id)),
                        Err(rejected) => outcome.rejected.push(rejected),
                    }
                }
                outcome.accepted = outcome.created_event_ids.len();
                let body = serde_json::to_vec(&outcome).map_err(Refusal::internal)?;
                Ok::<_, Refusal>((200, body))
            })
        })
        .await
}

fn judge(
    tx: &mut Tx<'_>,
    (opener, ids): (&Opener, &IdSource),
    (worker, batch): (&str, &Batch),
    event: &Value,
    now: Timestamp,
) -> Result<Result<EventId, Rejected>, StoreError> {
    let name = event["externalId"].as_str().unwrap_or_default().to_owned();
    let reject = |refusal: CreateRefusal| Rejected { external_id: name.clone(), reason: refusal.as_str() };
    let report = match report(worker, batch, event) {
        Ok(report) => report,
        Err(refusal) => return Ok(Err(reject(refusal))),
    };
    let opened = opener.open(tx, &report)?;
    if let Err(refusal) = opened
        && refusal.can_be_reviewed()
    {
        enqueue(tx, ids, (batch, event), refusal, now)?;
    }
    Ok(opened.map(|event| event.id).map_err(reject))
}

/// An event as the stall knows it.
fn report(worker: &str, batch: &Batch, event: &Value) -> Result<Report, CreateRefusal> {
    let streamer = batch.streamer.ok_or(CreateRefusal::UnknownStreamer)?;
    if batch.game_is_unknown {
        return Err(CreateRefusal::GameNotActive);
    }
    let item = Item::deserialize(event).map_err(|_| CreateRefusal::SchemaVersion)?;
    if !is_known_schema(&item.schema_version) {
        return Err(CreateRefusal::SchemaVersion);
    }
    let kind = item.kind.as_deref().map_or(Some(Kind::Prediction), Kind::parse);
    let confidence =
        item.confidence.as_ref().map_or(Some(10_000), |number| stored_ratio(&number.to_string()));
    let terms = Terms {
        external_id: item.external_id,
        title: item.title,
        kind: kind.ok_or(CreateRefusal::SchemaVersion)?,
        options: item.options,
        cost: 0,
        open_s: 0,
        rake_bps: 0,
        blind_s: 0,
        confidence_bp: Some(confidence.ok_or(CreateRefusal::SchemaVersion)?),
    };
    let started = batch.source.started_at.as_deref().map(Timestamp::parse_rfc3339);
    let versions = if item.prompt_versions.is_object() { item.prompt_versions } else { json!({}) };
    Ok(Report {
        streamer,
        game: batch.game,
        source: EventSource {
            clip_id: batch.source.clip_id.clone(),
            clip_started_at: started.transpose().map_err(|_| CreateRefusal::SchemaVersion)?,
            clip_duration_s: batch.source.duration_sec,
            llm_model: batch.source.llm_model.clone(),
            confidence_bp: terms.confidence_bp,
            prompt_versions: versions.to_string(),
            schema_version: (!item.schema_version.is_null()).then(|| plain(&item.schema_version)),
            raw: (!item.raw_json.is_null()).then(|| item.raw_json.to_string()),
        },
        draft: Draft { terms, cost: item.cost_per_vote, open_s: item.valid_for_sec },
        reported_by: format!("worker:{worker}"),
        is_judged: false,
    })
}

fn is_known_schema(version: &Value) -> bool {
    let text = plain(version);
    version.is_null() || text.trim_start_matches('v').split('.').next() == Some(SCHEMA_MAJOR)
}

/// A text without quotation marks, a number as it is.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn enqueue(
    tx: &mut Tx<'_>,
    ids: &IdSource,
    (batch, event): (&Batch, &Value),
    refusal: CreateRefusal,
    now: Timestamp,
) -> Result<(), StoreError> {
    let source = json!({ "clipId": batch.source.clip_id, "startedAt": batch.source.started_at,
        "durationSec": batch.source.duration_sec, "llmModel": batch.source.llm_model });
    let payload = json!({ "game": batch.game.map(|game| game.0), "source": source, "event": event });
    let row = ReviewRow {
        id: ids.next(now),
        kind: "event".to_owned(),
        reason: refusal.as_str().to_owned(),
        streamer: batch.streamer.map_or(0, |streamer| streamer.0),
        event: None,
        result: None,
        payload: payload.to_string(),
        state: "open".to_owned(),
        decided_by: None,
        decided_at: None,
        created_at: now,
    };
    reviews::insert(tx, &row)
}

/// What was kept of an event that waited for a person, as it would be reported now.
pub fn judged_report(row: &ReviewRow, by: &str) -> Result<Report, Refusal> {
    let payload: Value = serde_json::from_str(&row.payload).map_err(Refusal::internal)?;
    let batch = Batch {
        streamer: Some(StreamerId(row.streamer)),
        game: payload["game"].as_i64().map(GameId),
        game_is_unknown: false,
        source: SourceBody::deserialize(&payload["source"]).unwrap_or_default(),
        events: Vec::new(),
    };
    let report = report(by, &batch, &payload["event"]).map_err(crate::refusals::of_create)?;
    let terms = Terms { confidence_bp: None, ..report.draft.terms };
    Ok(Report {
        draft: Draft { terms, ..report.draft },
        reported_by: format!("user:{by}"),
        is_judged: true,
        ..report
    })
}
