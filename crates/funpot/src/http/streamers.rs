//! Streamers over HTTP: parse, call, map.

use super::access::Admin;
use super::answer::Data;
use super::state::PotState;
use crate::domain::ids::StreamerId;
use crate::domain::streamer::{Streamer, StreamerStatus};
use crate::usecase::streamer_view::StreamerFilter;
use crate::usecase::{streamer_moderate, streamer_submit, streamer_view};
use axum::extract::State;
use kernel::{PublicIds, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Caller, Path, Query, Refused};

/// Streamers of a page (spec, section 3).
const PAGE: i64 = 20;

/// The routes of streamers.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new().routes(routes!(list, submit)).routes(routes!(one)).routes(routes!(moderate))
}

/// A streamer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StreamerData {
    id: String,
    platform: &'static str,
    username: String,
    display_name: String,
    online: bool,
    viewers: i64,
    added_by: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

fn data(public: &PublicIds, streamer: &Streamer) -> StreamerData {
    StreamerData {
        id: public.encode(streamer.id),
        platform: "twitch",
        username: streamer.username.clone(),
        display_name: streamer.display_name.clone(),
        online: streamer.online,
        viewers: streamer.viewers,
        added_by: public.encode(streamer.added_by),
        status: streamer.status.as_str(),
        reason: streamer.reason.clone(),
    }
}

/// Which streamers.
#[derive(Debug, Deserialize, IntoParams)]
struct ListQuery {
    /// A part of either name.
    query: Option<String>,
    /// 1, 2, 3 …
    page: Option<i64>,
    /// pending, approved (or ok) or rejected; banned for administrators.
    status: Option<String>,
}

/// Streamers, twenty a page.
#[utoipa::path(get, path = "/funpot/api/streamers", tag = "streamers", params(ListQuery),
    responses((status = 200, body = Vec<StreamerData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn list(
    State(state): State<PotState>,
    Caller(actor): Caller,
    Query(query): Query<ListQuery>,
) -> Result<Data<Vec<StreamerData>>, Refused> {
    let page = query.page.unwrap_or(1);
    if !(1..=1_000_000).contains(&page) {
        return Err(Refusal::field("page", "must be 1 or more").into());
    }
    let status = query.status.as_deref().map(|text| status(text, actor.role)).transpose()?;
    let text = query.query.unwrap_or_default().trim().to_lowercase();
    let filter = StreamerFilter { text, status, offset: (page - 1) * PAGE, limit: PAGE };
    let found = streamer_view::list(&state.app, filter).await?;
    Ok(Data(found.iter().map(|streamer| data(&state.app.public, streamer)).collect()))
}

fn status(text: &str, role: kernel::Role) -> Result<StreamerStatus, Refusal> {
    let known = StreamerStatus::parse(text);
    let may_see = |status: &StreamerStatus| {
        *status != StreamerStatus::Banned || crate::domain::role::may_administer(role)
    };
    known.filter(may_see).ok_or_else(|| Refusal::field("status", "must be pending, approved or rejected"))
}

/// Who is submitted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SubmitBody {
    /// The name of the channel.
    twitch_username: String,
}

/// A submitted streamer.
#[derive(Debug, Serialize, ToSchema)]
struct SubmittedData {
    id: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Submits a streamer; one that is known is answered as it is.
#[utoipa::path(post, path = "/funpot/api/streamers", tag = "streamers", request_body = SubmitBody,
    responses((status = 200, body = SubmittedData), web::openapi::Refusals), security(("bearer" = [])))]
async fn submit(
    State(state): State<PotState>,
    Caller(actor): Caller,
    Body(body): Body<SubmitBody>,
) -> Result<Data<SubmittedData>, Refused> {
    let streamer = streamer_submit::run(&state.app, actor.user, &body.twitch_username).await?;
    Ok(Data(SubmittedData {
        id: state.app.public.encode(streamer.id),
        status: streamer.status.as_str(),
        reason: streamer.reason,
    }))
}

/// One streamer.
#[utoipa::path(get, path = "/funpot/api/streamers/{id}", tag = "streamers", params(("id" = String, Path)),
    responses((status = 200, body = StreamerData), web::openapi::Refusals), security(("bearer" = [])))]
async fn one(
    State(state): State<PotState>,
    Caller(_): Caller,
    Path(id): Path<StreamerId>,
) -> Result<Data<StreamerData>, Refused> {
    Ok(Data(data(&state.app.public, &streamer_view::one(&state.app, id).await?)))
}

/// What an operator says.
#[derive(Debug, Deserialize, ToSchema)]
struct ModerateBody {
    /// ok, rejected or banned.
    status: String,
    /// Why.
    reason: Option<String>,
}

/// Sets where a streamer stands; a ban cancels its live events.
#[utoipa::path(patch, path = "/funpot/api/admin/streamers/{id}", tag = "admin", params(("id" = String, Path)),
    request_body = ModerateBody,
    responses((status = 200, body = StreamerData), web::openapi::Refusals), security(("bearer" = [])))]
async fn moderate(
    State(state): State<PotState>,
    Admin(operating): Admin,
    Path(id): Path<StreamerId>,
    Body(body): Body<ModerateBody>,
) -> Result<Data<StreamerData>, Refused> {
    let status = StreamerStatus::parse(&body.status)
        .ok_or_else(|| Refusal::field("status", "must be ok, rejected or banned"))?;
    let reason = body.reason.map(|reason| web::text::recorded("reason", &reason)).transpose()?;
    let streamer = streamer_moderate::run(&state.app, operating.acting, id, (status, reason)).await?;
    Ok(Data(data(&state.app.public, &streamer)))
}
