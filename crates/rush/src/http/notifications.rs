//! Mails over HTTP: the own ones, those of a shop for its administrators, and sending one again.

use crate::http::state::RushState;
use crate::usecase::mail_language;
use crate::usecase::mail_view::{self, MailQuery, MailView};
use axum::extract::State;
use kernel::{PublicIds, Refusal, Timestamp};
use mail::{Attempt, MailId, Message};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Caller, Data, Path, Query, Refused};

/// Mails of a page when nothing else is said.
const LIMIT: i64 = 50;

/// The routes of mails.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(language, choose_language))
        .routes(routes!(get))
        .routes(routes!(resend))
}

/// A mail.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationData {
    id: String,
    /// `booking_confirmation`, `payment_receipt`, …
    kind: String,
    recipient: String,
    /// `en` or `th`.
    language: String,
    /// `queued`, `sent`, `dry_run`, `failed` or `bounced`.
    state: &'static str,
    created_at: String,
    /// When it is tried next, while it is queued.
    due_at: Option<String>,
    sent_at: Option<String>,
    /// Times it was tried.
    attempts: i64,
    /// Times an administrator sent it again.
    resends: i64,
    /// What the server said last.
    answer: Option<String>,
}

/// A mail with its words and tries.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationDetail {
    #[serde(flatten)]
    notification: NotificationData,
    /// None, where it holds or held a secret.
    subject: Option<String>,
    /// None, where it holds or held a secret.
    text: Option<String>,
    tries: Vec<TryData>,
}

/// A try of a mail.
#[derive(Debug, Serialize, ToSchema)]
pub struct TryData {
    number: i64,
    started_at: String,
    /// None: under way, or cut off by the end of the process; the mail may have arrived.
    ended_at: Option<String>,
    /// `accepted`, `dry_run`, `deferred`, `in_doubt`, `bounced` or `unsendable`.
    outcome: Option<&'static str>,
    answer: Option<String>,
}

fn data(ids: &PublicIds, message: Message) -> NotificationData {
    let is_queued = message.state == mail::State::Queued;
    NotificationData {
        id: ids.encode(message.id),
        kind: message.kind,
        recipient: message.recipient,
        language: message.locale,
        state: message.state.as_str(),
        created_at: message.created_at.rfc3339(),
        due_at: is_queued.then(|| message.due_at.rfc3339()),
        sent_at: message.sent_at.map(Timestamp::rfc3339),
        attempts: message.attempts,
        resends: message.resends,
        answer: message.answer,
    }
}

fn detail(ids: &PublicIds, view: MailView) -> NotificationDetail {
    let one = |attempt: Attempt| TryData {
        number: attempt.number,
        started_at: attempt.started_at.rfc3339(),
        ended_at: attempt.ended_at.map(Timestamp::rfc3339),
        outcome: attempt.outcome.map(mail::Outcome::as_str),
        answer: attempt.answer,
    };
    let (subject, text) = view.rendered.map(|words| (words.subject, words.text)).unzip();
    let tries = view.attempts.into_iter().map(one).collect();
    NotificationDetail { notification: data(ids, view.message), subject, text, tries }
}

/// Which mails.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NotificationsQuery {
    /// `all`: of the whole shop, for its administrators.
    scope: Option<String>,
    /// Those in this state; with `scope=all`.
    state: Option<String>,
    /// Those of this kind; with `scope=all`.
    kind: Option<String>,
    /// Those older than this one.
    before: Option<String>,
    /// How many, 1 to 100.
    limit: Option<i64>,
}

/// The caller's mails, newest first; with `scope=all` those of the shop, for its administrators.
#[utoipa::path(get, path = "/rush/api/v1/notifications", tag = "notifications", operation_id = "list_notifications",
    params(NotificationsQuery),
    responses((status = 200, body = web::openapi::Wrapped<Vec<NotificationData>>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn list(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Query(query): Query<NotificationsQuery>,
) -> Result<Data<Vec<NotificationData>>, Refused> {
    let public = &state.app.public;
    let before = query.before.map(|id| public.decode(&id)).transpose();
    let wanted = query.state.map(|word| {
        mail::State::parse(&word).ok_or_else(|| Refusal::field("state", "is no state of a mail"))
    });
    let query = MailQuery {
        of_all: query.scope.as_deref() == Some("all"),
        state: wanted.transpose()?,
        kind: query.kind,
        before: before.map_err(|_| Refusal::field("before", "is no id of a mail"))?,
        limit: query.limit.unwrap_or(LIMIT),
    };
    let found = mail_view::list(&state.app, actor, query).await?;
    Ok(Data(found.into_iter().map(|message| data(public, message)).collect()))
}

/// One mail with its words and its tries.
#[utoipa::path(get, path = "/rush/api/v1/notifications/{id}", tag = "notifications",
    operation_id = "get_notification", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<NotificationDetail>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn get(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<MailId>,
) -> Result<Data<NotificationDetail>, Refused> {
    let view = mail_view::get(&state.app, actor, id).await?;
    Ok(Data(detail(&state.app.public, view)))
}

/// Sends a mail again; administrators alone. 409 `INVALID_STATUS` for one that waits already.
#[utoipa::path(post, path = "/rush/api/v1/notifications/{id}/resend", tag = "notifications",
    operation_id = "resend_notification", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<NotificationDetail>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn resend(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<MailId>,
) -> Result<Data<NotificationDetail>, Refused> {
    let view = mail_view::resend(&state.app, actor, id).await?;
    Ok(Data(detail(&state.app.public, view)))
}

/// The language of somebody's mails.
#[derive(Debug, Serialize, ToSchema)]
pub struct LanguageData {
    /// `en` or `th`; none: the shop's.
    language: Option<String>,
}

/// The language of the caller's mails.
#[utoipa::path(get, path = "/rush/api/v1/notifications/language", tag = "notifications",
    operation_id = "get_mail_language",
    responses((status = 200, body = web::openapi::Wrapped<LanguageData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn language(
    State(state): State<RushState>,
    Caller(actor): Caller,
) -> Result<Data<LanguageData>, Refused> {
    Ok(Data(LanguageData { language: mail_language::view(&state.app, actor).await? }))
}

/// A language.
#[derive(Debug, Deserialize, ToSchema)]
pub struct LanguageBody {
    /// `en` or `th`; needed.
    language: Option<String>,
}

/// Chooses the language of the caller's mails. 400 `VALIDATION_ERROR`.
#[utoipa::path(put, path = "/rush/api/v1/notifications/language", tag = "notifications",
    operation_id = "choose_mail_language", request_body = LanguageBody,
    responses((status = 200, body = web::openapi::Wrapped<LanguageData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn choose_language(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Body(body): Body<LanguageBody>,
) -> Result<Data<LanguageData>, Refused> {
    let chosen =
        mail_language::choose(&state.app, actor, body.language.as_deref().unwrap_or_default()).await?;
    Ok(Data(LanguageData { language: Some(chosen) }))
}
