//! Texts of mails over HTTP, for administrators: kinds, versions, previews, drafts, and which one is used.

use crate::http::state::RushState;
use crate::usecase::mail_template::{self, Which, Words};
use axum::extract::State;
use kernel::Timestamp;
use mail::templates::Template;
use mail::{Kind, Variable};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Caller, Created, Data, PathText, Query, Refused};

/// The routes of texts.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(versions, save))
        .routes(routes!(preview))
        .routes(routes!(activate))
}

/// A kind of mail.
#[derive(Debug, Serialize, ToSchema)]
pub struct KindData {
    kind: &'static str,
    about: &'static str,
    /// What its texts may say, as `{{ name }}` or in `{% if name %} … {% else %} … {% endif %}`.
    variables: Vec<VariableData>,
    /// What recipients may unsubscribe from; none: it must arrive.
    list: Option<&'static str>,
    /// The text that is used in each language.
    used: Vec<TemplateData>,
}

/// What a text may say.
#[derive(Debug, Serialize, ToSchema)]
pub struct VariableData {
    name: &'static str,
    about: &'static str,
    sample: &'static str,
}

/// A text.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateData {
    /// `en` or `th`.
    language: String,
    /// 0: the program's own.
    version: i64,
    /// `draft`, `active` or `retired`.
    state: &'static str,
    subject: String,
    body: String,
    created_at: Option<String>,
}

fn template_data(template: Template) -> TemplateData {
    TemplateData {
        language: template.locale,
        version: template.version,
        state: template.state.as_str(),
        subject: template.subject,
        body: template.body,
        created_at: template.created_at.map(Timestamp::rfc3339),
    }
}

fn kind_data((kind, used): (&'static Kind, Vec<Template>)) -> KindData {
    let variable = |one: &Variable| VariableData { name: one.name, about: one.about, sample: one.sample };
    KindData {
        kind: kind.name,
        about: kind.about,
        variables: kind.variables.iter().map(variable).collect(),
        list: kind.list,
        used: used.into_iter().map(template_data).collect(),
    }
}

/// In which language.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LanguageQuery {
    /// `en` or `th`; `en` where nothing is said.
    language: Option<String>,
}

impl LanguageQuery {
    fn which(&self, kind: &str) -> Result<Which, Refused> {
        Ok(Which::of(kind, self.language.as_deref().unwrap_or("en"))?)
    }
}

/// Subject and text.
#[derive(Debug, Deserialize, ToSchema)]
pub struct WordsBody {
    /// One line; needed.
    subject: Option<String>,
    /// Plain text; a line `Words: https://…` to the shop becomes a button; needed.
    body: Option<String>,
}

impl From<WordsBody> for Words {
    fn from(body: WordsBody) -> Self {
        Self { subject: body.subject.unwrap_or_default(), body: body.body.unwrap_or_default() }
    }
}

/// Every kind of mail with what it may say and the texts in use; administrators alone.
#[utoipa::path(get, path = "/rush/api/v1/mail-templates", tag = "notifications", operation_id = "list_mail_templates",
    responses((status = 200, body = web::openapi::Wrapped<Vec<KindData>>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn list(
    State(state): State<RushState>,
    Caller(actor): Caller,
) -> Result<Data<Vec<KindData>>, Refused> {
    let found = mail_template::list(&state.app, actor).await?;
    Ok(Data(found.into_iter().map(kind_data).collect()))
}

/// The versions of a text, newest first; the program's own is version 0.
#[utoipa::path(get, path = "/rush/api/v1/mail-templates/{kind}", tag = "notifications",
    operation_id = "list_mail_template_versions", params(("kind" = String, Path), LanguageQuery),
    responses((status = 200, body = web::openapi::Wrapped<Vec<TemplateData>>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn versions(
    State(state): State<RushState>,
    Caller(actor): Caller,
    PathText(kind): PathText,
    Query(query): Query<LanguageQuery>,
) -> Result<Data<Vec<TemplateData>>, Refused> {
    let found = mail_template::versions(&state.app, actor, query.which(&kind)?).await?;
    Ok(Data(found.into_iter().map(template_data).collect()))
}

/// A version.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionData {
    /// Its number.
    version: i64,
}

/// Saves a text as a draft of a new version. 400 `VALIDATION_ERROR` says what it may not say.
#[utoipa::path(post, path = "/rush/api/v1/mail-templates/{kind}", tag = "notifications",
    operation_id = "save_mail_template", params(("kind" = String, Path), LanguageQuery), request_body = WordsBody,
    responses((status = 201, body = web::openapi::Wrapped<VersionData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn save(
    State(state): State<RushState>,
    Caller(actor): Caller,
    PathText(kind): PathText,
    Query(query): Query<LanguageQuery>,
    Body(body): Body<WordsBody>,
) -> Result<Created<VersionData>, Refused> {
    let version = mail_template::save(&state.app, actor, query.which(&kind)?, body.into()).await?;
    Ok(Created(VersionData { version }))
}

/// A mail with sample values.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewData {
    subject: String,
    text: String,
}

/// Shows a text with sample values, and saves nothing. 400 `VALIDATION_ERROR` says what it may not say.
#[utoipa::path(post, path = "/rush/api/v1/mail-templates/{kind}/preview", tag = "notifications",
    operation_id = "preview_mail_template", params(("kind" = String, Path), LanguageQuery), request_body = WordsBody,
    responses((status = 200, body = web::openapi::Wrapped<PreviewData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn preview(
    Caller(actor): Caller,
    PathText(kind): PathText,
    Query(query): Query<LanguageQuery>,
    Body(body): Body<WordsBody>,
) -> Result<Data<PreviewData>, Refused> {
    let words = mail_template::preview(actor, &query.which(&kind)?, &body.into())?;
    Ok(Data(PreviewData { subject: words.subject, text: words.text }))
}

/// Which version.
#[derive(Debug, Deserialize, ToSchema)]
pub struct VersionBody {
    /// Its number; 0 is the program's own text; needed.
    version: Option<i64>,
}

/// Makes a version the one that mails are written with.
#[utoipa::path(post, path = "/rush/api/v1/mail-templates/{kind}/activate", tag = "notifications",
    operation_id = "activate_mail_template", params(("kind" = String, Path), LanguageQuery),
    request_body = VersionBody,
    responses((status = 200, body = web::openapi::Wrapped<VersionData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn activate(
    State(state): State<RushState>,
    Caller(actor): Caller,
    PathText(kind): PathText,
    Query(query): Query<LanguageQuery>,
    Body(body): Body<VersionBody>,
) -> Result<Data<VersionData>, Refused> {
    let version = body.version.unwrap_or(-1);
    mail_template::activate(&state.app, actor, query.which(&kind)?, version).await?;
    Ok(Data(VersionData { version }))
}
