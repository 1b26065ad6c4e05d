//! What the classifier says of streams: reported by workers and operators, asked for with pictures, read by viewers; and what could
//! not be classified.

use super::access::Admin;
use super::answer::{Created, Data};
use super::query::{PageQuery, id};
use super::state::PotState;
use super::worker_call::WorkerCall;
use crate::domain::decision::{Decision, DecisionCost};
use crate::domain::ids::{DecisionId, PromptId, ReviewId, RunId, StreamerId};
use crate::domain::live_config::{ratio, stored_ratio};
use crate::domain::stage::Stage;
use crate::usecase::cycle_run::{self, Frame, Letter};
use crate::usecase::decision_record::{self, Report};
use crate::usecase::{decision_view, streamer_view};
use axum::Router;
use axum::extract::State;
use axum::routing::post;
use kernel::{PublicIds, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Caller, Path, Query, Refused};

/// The routes of viewers and operators.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new()
        .routes(routes!(list, report))
        .routes(routes!(standing))
        .routes(routes!(dead_letters))
        .routes(routes!(replay))
}

/// The routes of workers.
pub fn worker_routes() -> Router<PotState> {
    Router::new()
        .route("/funpot/internal/worker/decisions", post(decided))
        .route("/funpot/internal/worker/frames", post(frame))
}

/// What a stage said.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DecisionData {
    id: String,
    run_id: Option<String>,
    streamer_id: String,
    /// `stage_a` to `stage_d`.
    stage: &'static str,
    label: &'static str,
    /// 0 to 1.
    #[schema(value_type = f64)]
    confidence: Value,
    /// By which version of a prompt.
    prompt_version_id: Option<String>,
    created_at: String,
}

fn data(public: &PublicIds, decision: &Decision) -> DecisionData {
    DecisionData {
        id: public.encode(decision.id),
        run_id: decision.run.map(|run| public.encode(run)),
        streamer_id: public.encode(decision.streamer),
        stage: decision.stage.as_str(),
        label: decision.label,
        confidence: ratio(decision.confidence_bp, 10_000.0),
        prompt_version_id: decision.prompt.map(|prompt| public.encode(prompt)),
        created_at: decision.created_at.rfc3339(),
    }
}

/// What the classifier said of a stream, newest first.
#[utoipa::path(get, path = "/funpot/api/streamers/{id}/llm-decisions", tag = "streamers",
    params(("id" = String, Path), PageQuery),
    responses((status = 200, body = Vec<DecisionData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn list(
    State(state): State<PotState>,
    Caller(_): Caller,
    Path(streamer): Path<StreamerId>,
    Query(query): Query<PageQuery>,
) -> Result<Data<Vec<DecisionData>>, Refused> {
    let public = &state.app.public;
    let page = query.page::<DecisionId>(public)?;
    streamer_view::one(&state.app, streamer).await?;
    let found = decision_view::list(&state.app, streamer, page.before, page.limit).await?;
    Ok(Data(found.iter().map(|decision| data(public, decision)).collect()))
}

/// The newest word of each stage on a stream.
#[utoipa::path(get, path = "/funpot/api/streamers/{id}/status", tag = "streamers", params(("id" = String, Path)),
    responses((status = 200, body = Value), web::openapi::Refusals), security(("bearer" = [])))]
async fn standing(
    State(state): State<PotState>,
    Caller(_): Caller,
    Path(streamer): Path<StreamerId>,
) -> Result<Data<Value>, Refused> {
    let seen = streamer_view::one(&state.app, streamer).await?;
    let found = decision_view::newest(&state.app, streamer).await?;
    let stages = found.iter().map(|decision| {
        let word = json!({ "label": decision.label, "confidence": ratio(decision.confidence_bp, 10_000.0),
            "ts": decision.created_at.rfc3339() });
        (decision.stage.as_str().to_owned(), word)
    });
    let stages: serde_json::Map<String, Value> = stages.collect();
    Ok(Data(
        json!({ "streamerId": state.app.public.encode(streamer), "online": seen.online, "stages": stages }),
    ))
}

/// A stage's word by an operator.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DecisionBody {
    run_id: Option<String>,
    /// `stage_a` to `stage_d`.
    stage: String,
    label: String,
    /// 0 to 1.
    #[schema(value_type = f64)]
    confidence: Number,
}

fn stage_of(text: &str) -> Result<Stage, Refusal> {
    Stage::parse(text).ok_or_else(|| Refusal::field("stage", "must be stage_a to stage_d"))
}

fn confidence_of(number: &Number) -> Result<i64, Refusal> {
    stored_ratio(&number.to_string()).ok_or_else(|| Refusal::field("confidence", "must be from 0 to 1"))
}

fn label_of(text: &str) -> Result<String, Refusal> {
    web::text::clean("label", text, 1, 200)
}

/// Records a stage's word by hand.
#[utoipa::path(post, path = "/funpot/api/streamers/{id}/llm-decisions", tag = "admin", params(("id" = String, Path)),
    request_body = DecisionBody,
    responses((status = 201, body = DecisionData), web::openapi::Refusals), security(("bearer" = [])))]
async fn report(
    State(state): State<PotState>,
    _: Admin,
    Path(streamer): Path<StreamerId>,
    Body(body): Body<DecisionBody>,
) -> Result<Created<DecisionData>, Refused> {
    let public = &state.app.public;
    let report = Report {
        streamer,
        run: body.run_id.as_deref().map(|text| id::<RunId>(public, "runId", text)).transpose()?,
        stage: stage_of(&body.stage)?,
        prompt: None,
        input_ref: None,
        label: label_of(&body.label)?,
        confidence_bp: confidence_of(&body.confidence)?,
        cost: DecisionCost::default(),
    };
    let decision = decision_record::run(&state.app, report).await?;
    Ok(Created(data(public, &decision)))
}

/// A stage's word by a worker.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WorkerDecision {
    streamer_id: String,
    run_id: Option<String>,
    stage: String,
    label: String,
    confidence: Number,
    prompt_version_id: Option<String>,
    input_ref: Option<String>,
    raw_response: Option<String>,
    latency_ms: Option<i64>,
    tokens_in: Option<i64>,
    tokens_out: Option<i64>,
}

async fn decided(State(state): State<PotState>, call: WorkerCall) -> Result<Data<DecisionData>, Refused> {
    let body: WorkerDecision = call.json()?;
    let public = &state.app.public;
    let prompt = body.prompt_version_id.as_deref();
    let report = Report {
        streamer: public.decode(&body.streamer_id).map_err(|_| Refusal::not_found("streamer"))?,
        run: body.run_id.as_deref().map(|text| id::<RunId>(public, "runId", text)).transpose()?,
        stage: stage_of(&body.stage)?,
        prompt: prompt.map(|text| id::<PromptId>(public, "promptVersionId", text)).transpose()?,
        input_ref: body.input_ref,
        label: label_of(&body.label)?,
        confidence_bp: confidence_of(&body.confidence)?,
        cost: DecisionCost {
            raw_response: body.raw_response,
            latency_ms: body.latency_ms,
            tokens_in: body.tokens_in,
            tokens_out: body.tokens_out,
        },
    };
    let decision = decision_record::run(&state.app, report).await?;
    Ok(Data(data(public, &decision)))
}

/// A picture to be classified.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FrameBody {
    streamer_id: String,
    /// The worker's name of it.
    input_ref: String,
    /// An https address or a data URL of a picture.
    image: String,
}

async fn frame(State(state): State<PotState>, call: WorkerCall) -> Result<Data<Value>, Refused> {
    let body: FrameBody = call.json()?;
    let public = &state.app.public;
    if !body.image.starts_with("https://") && !body.image.starts_with("data:image/") {
        return Err(Refusal::field("image", "must be an https address or a data URL of a picture").into());
    }
    let frame = Frame {
        streamer: public.decode(&body.streamer_id).map_err(|_| Refusal::not_found("streamer"))?,
        input_ref: web::text::clean("inputRef", &body.input_ref, 1, 200)?,
        image: body.image,
    };
    let outcome = cycle_run::run(&state.app, &call.worker, frame).await?;
    let decisions: Vec<DecisionData> =
        outcome.decisions.iter().map(|decision| data(public, decision)).collect();
    Ok(Data(json!({ "runId": public.encode(outcome.run), "status": outcome.status, "decisions": decisions })))
}

/// What could not be classified.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DeadLetterData {
    id: String,
    run_id: String,
    streamer_id: String,
    stage: String,
    input_ref: String,
    attempts: i64,
    error: String,
    created_at: String,
}

/// A page of them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DeadLettersData {
    dead_letters: Vec<DeadLetterData>,
    next_cursor: Option<String>,
}

fn letter(public: &PublicIds, letter: &Letter) -> DeadLetterData {
    DeadLetterData {
        id: public.encode(ReviewId(letter.id)),
        run_id: public.encode(letter.run),
        streamer_id: public.encode(letter.streamer),
        stage: letter.stage.clone(),
        input_ref: letter.input_ref.clone(),
        attempts: letter.attempts,
        error: letter.error.clone(),
        created_at: letter.created_at.rfc3339(),
    }
}

/// What could not be classified, newest first.
#[utoipa::path(get, path = "/funpot/api/admin/dlq", tag = "admin", params(PageQuery),
    responses((status = 200, body = DeadLettersData), web::openapi::Refusals), security(("bearer" = [])))]
async fn dead_letters(
    State(state): State<PotState>,
    _: Admin,
    Query(query): Query<PageQuery>,
) -> Result<Data<DeadLettersData>, Refused> {
    let public = &state.app.public;
    let page = query.page::<ReviewId>(public)?;
    let found = cycle_run::dead_letters(&state.app, page.before, page.limit).await?;
    let next_cursor = page.next(public, &found, |letter| ReviewId(letter.id));
    let dead_letters = found.iter().map(|one| letter(public, one)).collect();
    Ok(Data(DeadLettersData { dead_letters, next_cursor }))
}

/// Tries one again.
#[utoipa::path(post, path = "/funpot/api/admin/dlq/{id}/replay", tag = "admin", params(("id" = String, Path)),
    responses((status = 200, body = DecisionData), web::openapi::Refusals), security(("bearer" = [])))]
async fn replay(
    State(state): State<PotState>,
    _: Admin,
    Path(id): Path<ReviewId>,
) -> Result<Data<DecisionData>, Refused> {
    let decision = cycle_run::replay(&state.app, id.0).await?;
    Ok(Data(data(&state.app.public, &decision)))
}
