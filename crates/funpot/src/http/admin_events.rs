//! Operators' hands on events and on what waits for a person.

use super::access::{Admin, Moderator, Operating};
use super::answer::{Created, Data};
use super::event_data::{self, EventData};
use super::query::id;
use super::state::PotState;
use crate::domain::event::{Choice, Kind, PotEvent};
use crate::domain::event_create::Terms;
use crate::domain::ids::{EventId, ReviewId, StreamerId};
use crate::domain::receipt::json_of;
use crate::usecase::event_admin;
use crate::usecase::event_open::{Draft, Report};
use crate::usecase::event_view::EventSource;
use crate::usecase::result_report::{EventRef, ResultReport};
use crate::usecase::review_decide::{self, Review};
use axum::extract::State;
use kernel::{PublicIds, Refusal, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Path, Refused};

/// Reviews of an answer.
const REVIEWS: i64 = 100;

/// The routes.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new()
        .routes(routes!(open))
        .routes(routes!(close))
        .routes(routes!(resolve))
        .routes(routes!(void))
        .routes(routes!(recalculate))
        .routes(routes!(reviews))
        .routes(routes!(accept))
        .routes(routes!(reject))
}

/// One choice.
#[derive(Debug, Deserialize, ToSchema)]
struct OptionBody {
    id: String,
    label: String,
}

/// An event by hand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OpenBody {
    streamer_id: String,
    game_id: Option<String>,
    external_id: Option<String>,
    title: String,
    /// prediction or poll.
    kind: Option<String>,
    options: Vec<OptionBody>,
    valid_for_sec: i64,
    cost_per_vote: Option<i64>,
}

fn shown(state: &PotState, event: &PotEvent) -> EventData {
    event_data::event(&state.app.public, event, None, None, state.app.clock.now())
}

/// Opens an event by hand.
#[utoipa::path(post, path = "/funpot/api/admin/events", tag = "admin", request_body = OpenBody,
    responses((status = 201, body = EventData), web::openapi::Refusals), security(("bearer" = [])))]
async fn open(
    State(state): State<PotState>,
    Admin(operating): Admin,
    Body(body): Body<OpenBody>,
) -> Result<Created<EventData>, Refused> {
    let name = format!("manual-{}", state.app.ids.next(state.app.clock.now()));
    let report = report(&state.app.public, &operating, body, name)?;
    let event = event_admin::open(&state.app, operating.acting, report).await?;
    Ok(Created(shown(&state, &event)))
}

fn report(
    public: &PublicIds,
    operating: &Operating,
    body: OpenBody,
    name: String,
) -> Result<Report, Refusal> {
    let kind = body.kind.as_deref().map_or(Some(Kind::Prediction), Kind::parse);
    let game = body.game_id.as_deref().map(|text| id(public, "gameId", text)).transpose()?;
    let options = body.options.into_iter().map(|option| Choice { id: option.id, label: option.label });
    let terms = Terms {
        external_id: body.external_id.unwrap_or(name),
        title: body.title,
        kind: kind.ok_or_else(|| Refusal::field("kind", "must be prediction or poll"))?,
        options: options.collect(),
        cost: 0,
        open_s: 0,
        rake_bps: 0,
        blind_s: 0,
        confidence_bp: None,
    };
    Ok(Report {
        streamer: id::<StreamerId>(public, "streamerId", &body.streamer_id)?,
        game,
        draft: Draft { terms, cost: body.cost_per_vote, open_s: Some(body.valid_for_sec) },
        source: EventSource { prompt_versions: "{}".to_owned(), ..EventSource::default() },
        reported_by: operating.acting.actor.clone(),
        is_judged: true,
    })
}

/// Closes an event early.
#[utoipa::path(post, path = "/funpot/api/admin/events/{id}/close", tag = "admin", params(("id" = String, Path)),
    responses((status = 200, body = EventData), web::openapi::Refusals), security(("bearer" = [])))]
async fn close(
    State(state): State<PotState>,
    Admin(operating): Admin,
    Path(id): Path<EventId>,
) -> Result<Data<EventData>, Refused> {
    let event = event_admin::close(&state.app, operating.acting, id).await?;
    Ok(Data(shown(&state, &event)))
}

/// How it ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ResolveBody {
    option_id: String,
    /// When it happened, RFC 3339; now where nothing is said.
    decided_at: Option<String>,
}

/// Why it counts for nothing.
#[derive(Debug, Deserialize, ToSchema)]
struct VoidBody {
    reason: String,
}

/// What became of the word.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DecidedData {
    result_id: String,
    state: &'static str,
}

/// Says how an event ended; it is settled at once.
#[utoipa::path(post, path = "/funpot/api/admin/events/{id}/resolve", tag = "admin", params(("id" = String, Path)),
    request_body = ResolveBody,
    responses((status = 200, body = DecidedData), web::openapi::Refusals), security(("bearer" = [])))]
async fn resolve(
    State(state): State<PotState>,
    Admin(operating): Admin,
    Path(id): Path<EventId>,
    Body(body): Body<ResolveBody>,
) -> Result<Data<DecidedData>, Refused> {
    let decided_at = body.decided_at.as_deref().map(Timestamp::parse_rfc3339).transpose();
    let decided_at = decided_at.map_err(|problem| Refusal::field("decidedAt", &problem))?;
    decide(&state, operating, (id, Some(body.option_id)), (decided_at, None)).await
}

/// Makes an event void: every stake goes back.
#[utoipa::path(post, path = "/funpot/api/admin/events/{id}/void", tag = "admin", params(("id" = String, Path)),
    request_body = VoidBody,
    responses((status = 200, body = DecidedData), web::openapi::Refusals), security(("bearer" = [])))]
async fn void(
    State(state): State<PotState>,
    Admin(operating): Admin,
    Path(id): Path<EventId>,
    Body(body): Body<VoidBody>,
) -> Result<Data<DecidedData>, Refused> {
    let reason = web::text::recorded("reason", &body.reason)?;
    decide(&state, operating, (id, None), (None, Some(reason))).await
}

async fn decide(
    state: &PotState,
    operating: Operating,
    (id, option): (EventId, Option<String>),
    (decided_at, reason): (Option<Timestamp>, Option<String>),
) -> Result<Data<DecidedData>, Refused> {
    let report = ResultReport {
        // An operator need not say whose stream it is.
        streamer: StreamerId(0),
        event: EventRef::Id(id),
        option,
        confidence_bp: 10_000,
        decided_at,
        evidence: json!({ "by": "operator", "reason": reason }).to_string(),
        prompt_versions: "{}".to_owned(),
        llm_model: None,
        reported_by: operating.acting.actor.clone(),
    };
    let received = event_admin::decide(&state.app, operating.acting, report, (id, reason)).await?;
    let result_id = state.app.public.encode(received.id);
    Ok(Data(DecidedData { result_id, state: received.state.as_str() }))
}

/// Counts the votes of an event anew and says what differed.
#[utoipa::path(post, path = "/funpot/api/admin/events/{id}/recalculate", tag = "admin",
    params(("id" = String, Path)),
    responses((status = 200, description = "what was written, what the votes say", body = Value), web::openapi::Refusals),
    security(("bearer" = [])))]
async fn recalculate(
    State(state): State<PotState>,
    Admin(operating): Admin,
    Path(id): Path<EventId>,
) -> Result<Data<Value>, Refused> {
    let recount = event_admin::recalculate(&state.app, operating.acting, id).await?;
    let differs = recount.before != recount.after;
    Ok(Data(json!({ "before": recount.before, "after": recount.after, "differs": differs })))
}

/// What waits for a person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReviewData {
    id: String,
    /// event or result.
    kind: String,
    reason: String,
    streamer_id: String,
    event_id: Option<String>,
    #[schema(value_type = Object)]
    payload: Value,
    created_at: String,
}

fn review_data(public: &PublicIds, row: &Review) -> ReviewData {
    ReviewData {
        id: public.encode(ReviewId(row.id)),
        kind: row.kind.clone(),
        reason: row.reason.clone(),
        streamer_id: public.encode(StreamerId(row.streamer)),
        event_id: row.event.map(|event| public.encode(EventId(event))),
        payload: json_of(&row.payload),
        created_at: row.created_at.rfc3339(),
    }
}

/// What waits for a person, oldest first.
#[utoipa::path(get, path = "/funpot/api/admin/review", tag = "admin",
    responses((status = 200, body = Vec<ReviewData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn reviews(State(state): State<PotState>, _: Moderator) -> Result<Data<Vec<ReviewData>>, Refused> {
    let rows = review_decide::open(&state.app, 0, REVIEWS).await?;
    Ok(Data(rows.iter().map(|row| review_data(&state.app.public, row)).collect()))
}

/// Lets it in.
#[utoipa::path(post, path = "/funpot/api/admin/review/{id}/accept", tag = "admin", params(("id" = String, Path)),
    responses((status = 200, body = Value), web::openapi::Refusals), security(("bearer" = [])))]
async fn accept(
    State(state): State<PotState>,
    Moderator(operating): Moderator,
    Path(id): Path<ReviewId>,
) -> Result<Data<Value>, Refused> {
    review_decide::run(&state.app, operating.acting, id, true).await?;
    Ok(Data(json!({ "ok": true })))
}

/// Does not.
#[utoipa::path(post, path = "/funpot/api/admin/review/{id}/reject", tag = "admin", params(("id" = String, Path)),
    responses((status = 200, body = Value), web::openapi::Refusals), security(("bearer" = [])))]
async fn reject(
    State(state): State<PotState>,
    Moderator(operating): Moderator,
    Path(id): Path<ReviewId>,
) -> Result<Data<Value>, Refused> {
    review_decide::run(&state.app, operating.acting, id, false).await?;
    Ok(Data(json!({ "ok": true })))
}
