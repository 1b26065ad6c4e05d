//! Clips over HTTP: listed for viewers, reported by workers.

use super::access::switched_on;
use super::answer::Data;
use super::query::{PageQuery, id, moment};
use super::state::PotState;
use super::worker_call::WorkerCall;
use crate::domain::clip::Clip;
use crate::domain::ids::{ClipId, StreamerId};
use crate::domain::live_config::Flag;
use crate::usecase::clip;
use axum::Router;
use axum::extract::State;
use axum::routing::post;
use kernel::{PublicIds, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::idempotency::Answered;
use web::{Caller, Query, Refused};

/// The routes of viewers.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new().routes(routes!(clips))
}

/// The routes of workers.
pub fn worker_routes() -> Router<PotState> {
    Router::new().route("/funpot/internal/worker/media", post(ingest))
}

/// Whose clips.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
struct ClipsQuery {
    /// The streamer.
    streamer_id: String,
    cursor: Option<String>,
    /// 1..=100; 20 where nothing is said.
    limit: Option<i64>,
}

/// A clip.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ClipData {
    id: String,
    /// The worker's name of it, which events have as their `sourceClipId`.
    clip_id: String,
    streamer_id: String,
    started_at: String,
    duration_sec: i64,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_url: Option<String>,
}

fn data(public: &PublicIds, clip: &Clip) -> ClipData {
    ClipData {
        id: public.encode(clip.id),
        clip_id: clip.name.clone(),
        streamer_id: public.encode(clip.streamer),
        started_at: clip.started_at.rfc3339(),
        duration_sec: clip.duration_s,
        url: clip.url.clone(),
        thumbnail_url: clip.thumbnail_url.clone(),
    }
}

/// Clips of a streamer, newest first; the cursor of the next page is the id of the last one.
#[utoipa::path(get, path = "/funpot/api/media/clips", tag = "streamers", params(ClipsQuery),
    responses((status = 200, body = Vec<ClipData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn clips(
    State(state): State<PotState>,
    Caller(_): Caller,
    Query(query): Query<ClipsQuery>,
) -> Result<Data<Vec<ClipData>>, Refused> {
    switched_on(&state, Flag::Media)?;
    let public = &state.app.public;
    let streamer = id::<StreamerId>(public, "streamerId", &query.streamer_id)?;
    let page = PageQuery { cursor: query.cursor, limit: query.limit }.page::<ClipId>(public)?;
    let found = clip::list(&state.app, streamer, page.before, page.limit).await?;
    Ok(Data(found.iter().map(|clip| data(public, clip)).collect()))
}

/// A clip as a worker reports it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MediaBody {
    streamer_id: String,
    clip_id: String,
    #[serde(default)]
    ten_min_chunk: bool,
    bunny_url: String,
    thumbnail_url: Option<String>,
    started_at: String,
    duration_sec: i64,
    source: Option<String>,
}

async fn ingest(State(state): State<PotState>, call: WorkerCall) -> Result<Answered, Refused> {
    let body: MediaBody = call.json()?;
    let started = moment("startedAt", Some(&body.started_at))?;
    let streamer = state.app.public.decode(&body.streamer_id);
    let clip = Clip {
        id: ClipId(0),
        name: body.clip_id,
        streamer: streamer.map_err(|_| Refusal::not_found("streamer"))?,
        url: body.bunny_url,
        thumbnail_url: body.thumbnail_url,
        started_at: started.ok_or_else(|| Refusal::field("startedAt", "is missing"))?,
        duration_s: body.duration_sec,
        source: web::text::clean("source", body.source.as_deref().unwrap_or("bunny"), 1, 40)?,
        is_ten_min_chunk: body.ten_min_chunk,
    };
    Ok(clip::ingest(&state.app, call.attempt, clip).await?.into())
}
