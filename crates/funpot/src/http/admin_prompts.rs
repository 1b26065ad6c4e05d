//! Operators' hands on prompts.

use super::access::{Admin, Operating};
use super::answer::{Created, Data};
use super::query::id;
use super::state::PotState;
use crate::domain::ids::{GameId, PromptId, StreamerId};
use crate::domain::live_config::{ratio, stored, stored_ratio};
use crate::domain::prompt::{Prompt, PromptKey, PromptTerms, Rollout};
use crate::usecase::audit_record::Acting;
use crate::usecase::prompt_admin;
use axum::extract::State;
use kernel::{PublicIds, Refusal, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Path, Refused};

/// The routes.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(activate))
        .routes(routes!(rollout))
        .routes(routes!(rollback))
}

/// A new version. One of stage and scope is given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PromptBody {
    /// `stage_a` to `stage_d`.
    stage: Option<String>,
    /// session, game or `per_clip`.
    scope: Option<String>,
    streamer_id: Option<String>,
    game_id: Option<String>,
    template: String,
    schema_version: Option<String>,
    model: String,
    /// 0 to 2.
    #[schema(value_type = f64)]
    temperature: Number,
    max_tokens: i64,
    timeout_ms: i64,
    #[serde(default)]
    retry_count: i64,
    #[serde(default)]
    backoff_ms: i64,
    #[serde(default)]
    cooldown_ms: i64,
    /// 0 to 1.
    #[schema(value_type = f64)]
    min_confidence: Number,
}

/// A version of a prompt.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PromptData {
    id: String,
    /// The stage or scope it is for.
    purpose: String,
    streamer_id: Option<String>,
    game_id: Option<String>,
    version: i64,
    template: String,
    schema_version: Option<String>,
    model: String,
    #[schema(value_type = f64)]
    temperature: Value,
    max_tokens: i64,
    timeout_ms: i64,
    retry_count: i64,
    backoff_ms: i64,
    cooldown_ms: i64,
    #[schema(value_type = f64)]
    min_confidence: Value,
    is_active: bool,
    /// What it says is compared and moves no money.
    is_shadow: bool,
    rollout: Option<RolloutBody>,
    created_by: String,
    activated_by: Option<String>,
    created_at: String,
    activated_at: Option<String>,
}

/// On whom a version is tried.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RolloutBody {
    /// 0 to 100.
    #[serde(default)]
    percent: i64,
    #[serde(default)]
    streamer_ids: Vec<String>,
}

fn data(public: &PublicIds, prompt: &Prompt) -> PromptData {
    let (key, terms) = (&prompt.key, &prompt.terms);
    let rollout = prompt.rollout.as_ref().map(|rollout| RolloutBody {
        percent: rollout.percent,
        streamer_ids: rollout.streamers.iter().map(|id| public.encode(StreamerId(*id))).collect(),
    });
    PromptData {
        id: public.encode(prompt.id),
        purpose: key.purpose.clone(),
        streamer_id: (key.streamer != 0).then(|| public.encode(StreamerId(key.streamer))),
        game_id: (key.game != 0).then(|| public.encode(GameId(key.game))),
        version: prompt.version,
        template: terms.template.clone(),
        schema_version: terms.schema_version.clone(),
        model: terms.model.clone(),
        temperature: ratio(terms.temperature_milli, 1_000.0),
        max_tokens: terms.max_tokens,
        timeout_ms: terms.timeout_ms,
        retry_count: terms.retry_count,
        backoff_ms: terms.backoff_ms,
        cooldown_ms: terms.cooldown_ms,
        min_confidence: ratio(terms.min_confidence_bp, 10_000.0),
        is_active: prompt.is_active,
        is_shadow: prompt.is_shadow,
        rollout,
        created_by: prompt.created_by.clone(),
        activated_by: prompt.activated_by.clone(),
        created_at: prompt.created_at.rfc3339(),
        activated_at: prompt.activated_at.map(Timestamp::rfc3339),
    }
}

fn read(public: &PublicIds, body: PromptBody) -> Result<(PromptKey, PromptTerms), Refusal> {
    let purpose = match (body.stage, body.scope) {
        (Some(one), None) | (None, Some(one)) => one,
        _ => return Err(Refusal::field("stage", "give a stage or a scope")),
    };
    let of = |field: &str, text: Option<String>| text.map(|text| (field.to_owned(), text));
    let streamer = of("streamerId", body.streamer_id);
    let streamer = streamer.map(|(field, text)| id::<StreamerId>(public, &field, &text)).transpose()?;
    let game = of("gameId", body.game_id);
    let game = game.map(|(field, text)| id::<GameId>(public, &field, &text)).transpose()?;
    let key = PromptKey { purpose, streamer: streamer.map_or(0, |id| id.0), game: game.map_or(0, |id| id.0) };
    let temperature = stored(&body.temperature.to_string(), 3);
    let confidence = stored_ratio(&body.min_confidence.to_string());
    let terms = PromptTerms {
        template: body.template,
        schema_version: body.schema_version,
        model: body.model,
        temperature_milli: temperature
            .ok_or_else(|| Refusal::field("temperature", "must be from 0 to 2, with three digits at most"))?,
        max_tokens: body.max_tokens,
        timeout_ms: body.timeout_ms,
        retry_count: body.retry_count,
        backoff_ms: body.backoff_ms,
        cooldown_ms: body.cooldown_ms,
        min_confidence_bp: confidence
            .ok_or_else(|| Refusal::field("minConfidence", "must be from 0 to 1"))?,
    };
    Ok((key, terms))
}

fn who(operating: Operating) -> (Acting, UserId) {
    (operating.acting, operating.user.id)
}

/// Every version, by purpose, newest first.
#[utoipa::path(get, path = "/funpot/api/admin/prompts", tag = "admin",
    responses((status = 200, body = Vec<PromptData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn list(State(state): State<PotState>, _: Admin) -> Result<Data<Vec<PromptData>>, Refused> {
    let found = prompt_admin::list(&state.app).await?;
    Ok(Data(found.iter().map(|prompt| data(&state.app.public, prompt)).collect()))
}

/// A new version, which is not used yet.
#[utoipa::path(post, path = "/funpot/api/admin/prompts", tag = "admin", request_body = PromptBody,
    responses((status = 201, body = PromptData), web::openapi::Refusals), security(("bearer" = [])))]
async fn create(
    State(state): State<PotState>,
    Admin(operating): Admin,
    Body(body): Body<PromptBody>,
) -> Result<Created<PromptData>, Refused> {
    let draft = read(&state.app.public, body)?;
    let made = prompt_admin::create(&state.app, who(operating), draft).await?;
    Ok(Created(data(&state.app.public, &made)))
}

/// Makes a version its key's.
#[utoipa::path(post, path = "/funpot/api/admin/prompts/{id}/activate", tag = "admin", params(("id" = String, Path)),
    responses((status = 200, body = PromptData), web::openapi::Refusals), security(("bearer" = [])))]
async fn activate(
    State(state): State<PotState>,
    Admin(operating): Admin,
    Path(id): Path<PromptId>,
) -> Result<Data<PromptData>, Refused> {
    let made = prompt_admin::activate(&state.app, who(operating), id).await?;
    Ok(Data(data(&state.app.public, &made)))
}

/// Tries a version on a share of streamers, or on those named.
#[utoipa::path(post, path = "/funpot/api/admin/prompts/{id}/rollout", tag = "admin", params(("id" = String, Path)),
    request_body = RolloutBody,
    responses((status = 200, body = PromptData), web::openapi::Refusals), security(("bearer" = [])))]
async fn rollout(
    State(state): State<PotState>,
    Admin(operating): Admin,
    Path(prompt): Path<PromptId>,
    Body(body): Body<RolloutBody>,
) -> Result<Data<PromptData>, Refused> {
    let public = &state.app.public;
    let streamers = body.streamer_ids.iter().map(|text| id::<StreamerId>(public, "streamerIds", text));
    let streamers: Result<Vec<i64>, Refusal> = streamers.map(|id| id.map(|id| id.0)).collect();
    let rollout = Rollout { percent: body.percent, streamers: streamers? };
    let made = prompt_admin::roll_out(&state.app, who(operating), prompt, rollout).await?;
    Ok(Data(data(public, &made)))
}

/// Takes a version back.
#[utoipa::path(post, path = "/funpot/api/admin/prompts/{id}/rollback", tag = "admin", params(("id" = String, Path)),
    responses((status = 200, description = "the version that is in use, or tried no longer", body = PromptData),
        web::openapi::Refusals), security(("bearer" = [])))]
async fn rollback(
    State(state): State<PotState>,
    Admin(operating): Admin,
    Path(id): Path<PromptId>,
) -> Result<Data<PromptData>, Refused> {
    let made = prompt_admin::roll_back(&state.app, who(operating), id).await?;
    Ok(Data(data(&state.app.public, &made)))
}
