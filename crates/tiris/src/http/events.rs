//! A bot's events over HTTP where there is no broker, and what operators do with events: parse, call, map.

use super::answer::{Created, Data, Enveloped, MessageData};
use super::caller::{Admin, Member, Origin};
use super::page;
use super::state::TirisState;
use crate::domain::bot_event::{self, EventKind};
use crate::domain::role::{ADMIN, SERVICE};
use crate::usecase::event_intake::{self, LetterAct, ReplayInput};
use axum::extract::{Path, State};
use bus::inbound::{InboundMessage, Letter, Outcome, Source};
use kernel::{Meaning, Refusal, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Query, Refused};

/// Events of one request at most.
const EVENTS_MAX: usize = 500;

/// The routes of events.
pub fn routes() -> OpenApiRouter<TirisState> {
    OpenApiRouter::new()
        .routes(routes!(post))
        .routes(routes!(status))
        .routes(routes!(replay))
        .routes(routes!(dead_letters))
        .routes(routes!(dead_letter))
        .routes(routes!(requeue))
        .routes(routes!(discard))
}

/// Events as a broker would carry them.
#[derive(Debug, Deserialize, ToSchema)]
pub struct EventsBody {
    /// In the order in which they happened, at most 500.
    events: Vec<EventBody>,
}

/// One event.
#[derive(Debug, Deserialize, ToSchema)]
pub struct EventBody {
    /// Where it would be published, say `trading.orders.filled`.
    subject: String,
    /// The event itself, with its `event_id`.
    #[schema(value_type = Object)]
    event: Box<RawValue>,
}

/// What came of events, each in its place.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventsData {
    results: Vec<ResultData>,
}

/// What came of one event.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResultData {
    /// `applied`, `duplicate`, `waiting` or `dead`.
    status: &'static str,
    /// Why it is dead.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
}

fn result(outcome: &Outcome) -> ResultData {
    let (status, code) = match outcome {
        Outcome::Applied => ("applied", None),
        Outcome::Duplicate => ("duplicate", None),
        Outcome::Waiting => ("waiting", None),
        Outcome::Dead(rejection) => ("dead", Some(rejection.code)),
    };
    ResultData { status, code }
}

/// Takes events of one's own bots; services and admins send everybody's. An event that also comes by the broker counts once.
/// 400; 403 `ACCESS_DENIED` for another user's.
#[utoipa::path(post, path = "/tiris/v1/events", tag = "events", request_body = EventsBody,
    responses((status = 201, body = Enveloped<EventsData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn post(
    State(state): State<TirisState>,
    Member(actor): Member,
    Body(body): Body<EventsBody>,
) -> Result<Created<EventsData>, Refused> {
    if !(1..=EVENTS_MAX).contains(&body.events.len()) {
        return Err(Refusal::field("events", "must have 1 to 500 members").into());
    }
    let serves_all = actor.role == SERVICE || actor.role == ADMIN;
    let mut messages = Vec::with_capacity(body.events.len());
    for EventBody { subject, event } in body.events {
        let payload = event.get().to_owned();
        if EventKind::of_subject(&subject).is_none() {
            return Err(Refusal::field("subject", "is none of ours").into());
        }
        let user = bot_event::read(&subject, &payload, &state.app.public).map(|event| event.user);
        if !serves_all && user.is_ok_and(|user| user != actor.user) {
            return Err(Refusal::forbidden().into());
        }
        messages.push(InboundMessage { subject, payload, source: Source::Http, trace: None });
    }
    let outcomes = event_intake::post(&state.app, &state.events, messages).await?;
    Ok(Created(EventsData { results: outcomes.iter().map(result).collect() }))
}

/// How events stand. Admins alone.
#[utoipa::path(get, path = "/tiris/v1/events/status", tag = "events",
    responses((status = 200, body = Enveloped<Object>), web::openapi::Refusals), security(("bearer" = [])))]
async fn status(State(state): State<TirisState>, _: Admin) -> Result<Data<Value>, Refused> {
    let status = event_intake::status(&state.app, &state.events).await?;
    let last = status.counts.last_done_at.map(Timestamp::rfc3339);
    let consumers = status.consumers.iter().flatten().map(|consumer| {
        let lag = json!({"status": "active", "pending_messages": consumer.pending, "unacknowledged": consumer.unacknowledged,
                         "acknowledged_to": consumer.acknowledged_to, "last_processed": last});
        (consumer.name.clone(), lag)
    });
    let gaps: Vec<_> = status.gaps.iter().map(|gap| {
        json!({"publisher": gap.publisher, "first": gap.first, "last": gap.last, "found_at": gap.found_at.rfc3339()})
    }).collect();
    Ok(Data(json!({
        "status": if status.broker == "disconnected" { "degraded" } else { "healthy" },
        "broker": status.broker,
        "consumers": consumers.collect::<serde_json::Map<_, _>>(),
        "gaps": gaps,
        "metrics": {"events_processed_today": status.counts.done, "events_failed_today": status.counts.dead,
                    "events_waiting": status.counts.waiting, "last_processed": last},
    })))
}

/// Which events to read again.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ReplayBody {
    /// RFC 3339.
    start_time: String,
    /// RFC 3339.
    end_time: String,
    /// Only this user's.
    user_id: Option<String>,
    /// Subjects; none: all.
    #[serde(default)]
    event_types: Vec<String>,
    /// Only says what would happen.
    #[serde(default)]
    dry_run: bool,
}

/// Reads events of a window again; what was applied is not applied again. Admins alone; audited. 400.
#[utoipa::path(post, path = "/tiris/v1/events/replay", tag = "events", request_body = ReplayBody,
    responses((status = 200, body = Enveloped<Object>), web::openapi::Refusals), security(("bearer" = [])))]
async fn replay(
    State(state): State<TirisState>,
    Admin(actor): Admin,
    Origin(from): Origin,
    Body(body): Body<ReplayBody>,
) -> Result<Data<Value>, Refused> {
    let moment = |text: &str| {
        let read = page::moment("INVALID_DATE_RANGE", Some(text))?;
        read.ok_or_else(|| {
            Refusal::new(Meaning::Invalid, "MISSING_TIME_RANGE", "Both ends of the range are needed.")
        })
    };
    let (start, end) = (moment(&body.start_time)?, moment(&body.end_time)?);
    page::ordered("INVALID_DATE_RANGE", Some(start), Some(end))?;
    let input = ReplayInput {
        from: start,
        to: end,
        user: body.user_id,
        event_types: body.event_types,
        dry_run: body.dry_run,
    };
    let done = event_intake::replay(&state.app, &state.events, actor.user, input, from).await?;
    Ok(Data(json!({
        "replay_id": state.app.public.encode(done.id), "status": "completed", "estimated_events": done.read,
        "applied": done.applied, "duplicates": done.duplicates, "dead": done.dead, "dry_run": body.dry_run,
        "effects": done.effects,
    })))
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
pub struct LettersQuery {
    /// 1 to 1000.
    limit: Option<String>,
    /// Those before this number.
    before: Option<i64>,
}

fn letter(found: &Letter) -> Value {
    json!({
        "id": found.id, "event_id": found.event_id, "event_type": found.kind, "subject": found.subject,
        "status": found.status, "attempts": found.attempts, "code": found.code, "reason": found.last_error,
        "source": found.source, "first_seen_at": found.first_seen_at.rfc3339(),
        "last_attempt_at": found.last_attempt_at.rfc3339(), "payload": found.payload,
    })
}

/// Events that were given up, newest first. Admins alone.
#[utoipa::path(get, path = "/tiris/v1/events/dead-letters", tag = "events", params(LettersQuery),
    responses((status = 200, body = Enveloped<Object>), web::openapi::Refusals), security(("bearer" = [])))]
async fn dead_letters(
    State(state): State<TirisState>,
    _: Admin,
    Query(query): Query<LettersQuery>,
) -> Result<Data<Value>, Refused> {
    let (limit, _) = page::window(query.limit.as_deref(), None)?;
    let found = event_intake::dead(&state.app, query.before, limit).await?;
    Ok(Data(json!({"dead_letters": found.iter().map(letter).collect::<Vec<_>>()})))
}

/// One of them. Admins alone. 404.
#[utoipa::path(get, path = "/tiris/v1/events/dead-letters/{id}", tag = "events", params(("id" = i64, Path)),
    responses((status = 200, body = Enveloped<Object>), web::openapi::Refusals), security(("bearer" = [])))]
async fn dead_letter(
    State(state): State<TirisState>,
    _: Admin,
    Path(id): Path<String>,
) -> Result<Data<Value>, Refused> {
    Ok(Data(letter(&event_intake::letter(&state.app, number(&id)?).await?)))
}

fn number(text: &str) -> Result<i64, Refusal> {
    text.parse()
        .map_err(|_| Refusal::new(Meaning::Invalid, "INVALID_ID", "This is no number of a dead letter."))
}

/// Tries one again. Admins alone; audited. 404.
#[utoipa::path(post, path = "/tiris/v1/events/dead-letters/{id}/requeue", tag = "events", params(("id" = i64, Path)),
    responses((status = 200, body = Enveloped<MessageData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn requeue(
    State(state): State<TirisState>,
    Admin(actor): Admin,
    Origin(from): Origin,
    Path(id): Path<String>,
) -> Result<Data<MessageData>, Refused> {
    event_intake::act(&state.app, actor.user, number(&id)?, LetterAct::Requeue, from).await?;
    Ok(Data(MessageData { message: "It will be tried again." }))
}

/// Puts one away. Admins alone; audited. 404.
#[utoipa::path(post, path = "/tiris/v1/events/dead-letters/{id}/discard", tag = "events", params(("id" = i64, Path)),
    responses((status = 200, body = Enveloped<MessageData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn discard(
    State(state): State<TirisState>,
    Admin(actor): Admin,
    Origin(from): Origin,
    Path(id): Path<String>,
) -> Result<Data<MessageData>, Refused> {
    event_intake::act(&state.app, actor.user, number(&id)?, LetterAct::Discard, from).await?;
    Ok(Data(MessageData { message: "It was put away." }))
}
