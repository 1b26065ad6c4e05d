//! Trading logs over HTTP: parse, call, map.

use super::answer::{Created, Data, Enveloped, MessageData};
use super::caller::{Admin, AnyReader, Member};
use super::idempotency::MaybeKey;
use super::log_data::{self, TradingLogData};
use super::page::{self, PageData};
use super::path::{self, Id};
use super::state::TirisState;
use super::transactions::time_range;
use crate::domain::ids::{PortfolioId, SubAccountId, TradingId, TradingLogId};
use crate::domain::log_form::{self, LogForm};
use crate::domain::log_post::LogRequest;
use crate::domain::log_reverse::ReverseRequest;
use crate::domain::log_type::Source;
use crate::domain::role;
use crate::refusals;
use crate::usecase::log_view::{self, LogFilter, LogList};
use crate::usecase::log_write::{self, Answer, Deleter, RequestKey};
use crate::usecase::reader::Reader;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::{Meaning, PublicIds, Refusal, UserId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{BodyAndBytes, Query, Refused, replayed, status_of};

/// The routes of logs.
pub fn routes() -> OpenApiRouter<TirisState> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(create_many))
        .routes(routes!(in_time_range))
        .routes(routes!(of_sub_account))
        .routes(routes!(of_trading))
        .routes(routes!(of_portfolio))
        .routes(routes!(one, delete))
        .routes(routes!(reverse))
        .routes(routes!(admin_list))
        .routes(routes!(admin_one))
}

/// Logs of a batch at most (spec, D17).
const BATCH_MAX: usize = 500;

/// A log that is to be written.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct LogBody {
    trading_id: String,
    /// 1 to 50 characters; `long`, `short`, `stop_loss`, `deposit` and `withdraw` move money.
    r#type: String,
    /// `manual` or `bot`.
    source: String,
    /// For people.
    message: String,
    sub_account_id: Option<String>,
    transaction_id: Option<String>,
    /// When it happened, RFC 3339; now, where none is said.
    event_time: Option<String>,
    /// What moves money says here what; the rest keeps here what it likes.
    #[schema(value_type = Option<Object>)]
    info: Option<Box<RawValue>>,
}

impl LogBody {
    /// The type in the writer's word.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.r#type
    }

    fn read(&self, user: UserId, public: &PublicIds) -> Result<LogRequest, Refusal> {
        let form = LogForm {
            trading_id: &self.trading_id,
            kind: &self.r#type,
            source: &self.source,
            message: &self.message,
            sub_account_id: self.sub_account_id.as_deref(),
            transaction_id: self.transaction_id.as_deref(),
            event_time: self.event_time.as_deref(),
            info: self.info.as_deref().map(RawValue::get),
        };
        log_form::read(user, form, public).map_err(|fault| refusals::of_form(&fault))
    }
}

/// Writes a log and moves what it says, all or nothing; the same Idempotency-Key gets the same log.
///
/// 400 `INVALID_INFO_STRUCTURE`, `AMOUNT_TOO_LARGE`; 404 of what it names; 409 `FILL_ALREADY_POSTED`;
/// 422 `INSUFFICIENT_BALANCE`, `SYMBOL_MISMATCH`, `TRADING_MISMATCH`, `AMOUNT_TOO_SMALL`, `FEE_EXCEEDS_PROCEEDS`.
#[utoipa::path(post, path = "/tiris/v1/trading-logs", tag = "trading-logs", request_body = LogBody,
    responses((status = 201, body = Enveloped<TradingLogData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn create(
    State(state): State<TirisState>,
    Member(actor): Member,
    MaybeKey(key): MaybeKey,
    BodyAndBytes { value, bytes }: BodyAndBytes<LogBody>,
) -> Result<Response, Refused> {
    let request = value.read(actor.user, &state.app.public)?;
    let key = RequestKey { key: key.as_deref(), body: &bytes, place: 0 };
    Ok(created(&state.app.public, &log_write::post(&state.app, request, key).await?))
}

fn created(public: &PublicIds, answer: &Answer) -> Response {
    let response = Created(log_data::log(public, &answer.written.log)).into_response();
    if answer.replayed { replayed(response) } else { response }
}

/// Logs that are to be written.
#[derive(Debug, Deserialize, ToSchema)]
pub struct BatchBody {
    /// At most 500, in their order.
    logs: Vec<LogBody>,
}

/// What one log of a batch came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResultData {
    /// Its place, from 0.
    index: usize,
    success: bool,
    /// The status it would have had alone.
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<TradingLogData>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorData>,
}

/// Why a log was not written.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorData {
    code: &'static str,
    message: String,
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<serde_json::Value>,
}

/// What a batch came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchData {
    results: Vec<ResultData>,
    written: usize,
    refused: usize,
}

/// Writes up to 500 logs in their order, each whole or not at all; a refused one stops no other. 400
/// `INVALID_REQUEST`; 422 `IDEMPOTENCY_KEY_REUSED`.
#[utoipa::path(post, path = "/tiris/v1/trading-logs/batch", tag = "trading-logs", request_body = BatchBody,
    responses((status = 200, body = Enveloped<BatchData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn create_many(
    State(state): State<TirisState>,
    Member(actor): Member,
    MaybeKey(key): MaybeKey,
    BodyAndBytes { value, bytes }: BodyAndBytes<BatchBody>,
) -> Result<Data<BatchData>, Refused> {
    if !(1..=BATCH_MAX).contains(&value.logs.len()) {
        return Err(Refusal::new(Meaning::Invalid, "INVALID_REQUEST", "A batch has 1 to 500 logs.").into());
    }
    let public = &state.app.public;
    let requests = value.logs.iter().map(|log| log.read(actor.user, public)).collect();
    let key = RequestKey { key: key.as_deref(), body: &bytes, place: 0 };
    let results = log_write::post_all(&state.app, requests, key).await;
    if let Some(Err(changed)) = results.first().filter(|first| is_reused(first)) {
        return Err(changed.clone().into());
    }
    let results: Vec<_> =
        results.into_iter().enumerate().map(|(index, result)| result_data(public, index, result)).collect();
    let written = results.iter().filter(|result| result.success).count();
    Ok(Data(BatchData { refused: results.len() - written, written, results }))
}

fn is_reused(result: &Result<Answer, Refusal>) -> bool {
    result.as_ref().is_err_and(|refusal| refusal.code == "IDEMPOTENCY_KEY_REUSED")
}

fn result_data(public: &PublicIds, index: usize, result: Result<Answer, Refusal>) -> ResultData {
    match result {
        Ok(answer) => {
            let log = Some(log_data::log(public, &answer.written.log));
            ResultData { index, success: true, status: 201, log, error: None }
        }
        Err(refusal) => {
            let status = status_of(refusal.meaning).as_u16();
            let code = refusals::spell(refusal.code);
            let error = ErrorData { code, message: refusal.message.into_owned(), details: refusal.details };
            ResultData { index, success: false, status, log: None, error: Some(error) }
        }
    }
}

/// Which logs.
#[derive(Debug, Default, Deserialize, IntoParams)]
pub struct LogQuery {
    r#type: Option<String>,
    /// `manual` or `bot`.
    source: Option<String>,
    trading_id: Option<String>,
    sub_account_id: Option<String>,
    /// RFC 3339; written at or after.
    start_date: Option<String>,
    /// RFC 3339; written at or before.
    end_date: Option<String>,
    /// The same as `start_date`.
    since: Option<String>,
    /// The same as `start_date`, for ranges of time.
    start_time: Option<String>,
    /// The same as `end_date`, for ranges of time.
    end_time: Option<String>,
    /// 1 to 1000; 100 where none is said.
    limit: Option<String>,
    /// Rows to skip.
    offset: Option<String>,
}

fn filter(public: &PublicIds, query: &LogQuery) -> Result<LogFilter, Refusal> {
    let said = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let source = said(&query.source)
        .map(|word| Source::parse(&word).ok_or_else(|| Refusal::field("source", "must be manual or bot")));
    let from = said(&query.start_date).or_else(|| said(&query.since));
    let from = page::moment("INVALID_QUERY_PARAMS", from.as_deref())?;
    let to = page::moment("INVALID_QUERY_PARAMS", query.end_date.as_deref())?;
    let (from, to) = page::ordered("INVALID_DATE_RANGE", from, to)?;
    let kind = said(&query.r#type);
    Ok(LogFilter {
        kind: kind.map(|word| if word == "withdrawal" { "withdraw".to_owned() } else { word }),
        source: source.transpose()?,
        trading: path::optional::<TradingId>(public, query.trading_id.as_deref())?,
        sub_account: path::optional::<SubAccountId>(public, query.sub_account_id.as_deref())?,
        from,
        to,
    })
}

/// A page of logs.
#[derive(Debug, Serialize, ToSchema)]
pub struct TradingLogsData {
    trading_logs: Vec<TradingLogData>,
    #[serde(flatten)]
    page: PageData,
}

async fn answer(
    state: &TirisState,
    reader: Reader,
    list: LogList,
    query: &LogQuery,
    filter: LogFilter,
) -> Result<Data<TradingLogsData>, Refused> {
    let window = page::window(query.limit.as_deref(), query.offset.as_deref())?;
    let found = log_view::list(&state.app, reader, list, filter, window).await?;
    let trading_logs: Vec<_> = found.rows.iter().map(|log| log_data::log(&state.app.public, log)).collect();
    let page = PageData::of(found.total, window, trading_logs.len());
    Ok(Data(TradingLogsData { trading_logs, page }))
}

/// The caller's logs, newest first. 400 `INVALID_DATE_RANGE`, `INVALID_QUERY_PARAMS`.
#[utoipa::path(get, path = "/tiris/v1/trading-logs", tag = "trading-logs", params(LogQuery),
    responses((status = 200, body = Enveloped<TradingLogsData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn list(
    State(state): State<TirisState>,
    member: Member,
    Query(query): Query<LogQuery>,
) -> Result<Data<TradingLogsData>, Refused> {
    let filter = filter(&state.app.public, &query)?;
    answer(&state, member.reader(), LogList::Own, &query, filter).await
}

/// The caller's logs between two moments. 400 `MISSING_TIME_RANGE`, `INVALID_TIME_RANGE`.
#[utoipa::path(get, path = "/tiris/v1/trading-logs/time-range", tag = "trading-logs", params(LogQuery),
    responses((status = 200, body = Enveloped<TradingLogsData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn in_time_range(
    State(state): State<TirisState>,
    member: Member,
    Query(query): Query<LogQuery>,
) -> Result<Data<TradingLogsData>, Refused> {
    let (from, to) = time_range(query.start_time.as_deref(), query.end_time.as_deref())?;
    let filter = LogFilter { from: Some(from), to: Some(to), ..filter(&state.app.public, &query)? };
    answer(&state, member.reader(), LogList::Own, &query, filter).await
}

/// The logs of one sub-account. 404 `SUBACCOUNT_NOT_FOUND`.
#[utoipa::path(get, path = "/tiris/v1/trading-logs/sub-account/{id}", tag = "trading-logs",
    params(("id" = String, Path), LogQuery),
    responses((status = 200, body = Enveloped<TradingLogsData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn of_sub_account(
    State(state): State<TirisState>,
    member: Member,
    Id(id): Id<SubAccountId>,
    Query(query): Query<LogQuery>,
) -> Result<Data<TradingLogsData>, Refused> {
    let filter = filter(&state.app.public, &query)?;
    answer(&state, member.reader(), LogList::OfSubAccount(id), &query, filter).await
}

/// The logs of one trading; guests may read those of a public simulated one. 404 `TRADING_NOT_FOUND`.
#[utoipa::path(get, path = "/tiris/v1/trading-logs/trading/{id}", tag = "trading-logs",
    params(("id" = String, Path), LogQuery),
    responses((status = 200, body = Enveloped<TradingLogsData>), web::openapi::Refusals))]
async fn of_trading(
    State(state): State<TirisState>,
    AnyReader(reader): AnyReader,
    Id(id): Id<TradingId>,
    Query(query): Query<LogQuery>,
) -> Result<Data<TradingLogsData>, Refused> {
    let filter = filter(&state.app.public, &query)?;
    answer(&state, reader, LogList::OfTrading(id), &query, filter).await
}

/// The logs of the tradings of one of the caller's portfolios. 404 `PORTFOLIO_NOT_FOUND`.
#[utoipa::path(get, path = "/tiris/v1/trading-logs/portfolio/{id}", tag = "trading-logs",
    params(("id" = String, Path), LogQuery),
    responses((status = 200, body = Enveloped<TradingLogsData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn of_portfolio(
    State(state): State<TirisState>,
    member: Member,
    Id(id): Id<PortfolioId>,
    Query(query): Query<LogQuery>,
) -> Result<Data<TradingLogsData>, Refused> {
    let filter = filter(&state.app.public, &query)?;
    answer(&state, member.reader(), LogList::OfPortfolio(id), &query, filter).await
}

/// One log of the caller's. 404 `TRADING_LOG_NOT_FOUND`.
#[utoipa::path(get, path = "/tiris/v1/trading-logs/{id}", tag = "trading-logs", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<TradingLogData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn one(
    State(state): State<TirisState>,
    member: Member,
    Id(id): Id<TradingLogId>,
) -> Result<Data<TradingLogData>, Refused> {
    Ok(Data(log_data::log(&state.app.public, &log_view::one(&state.app, member.reader(), id).await?)))
}

/// Deletes an informational log: an admin any, its owner a manual one. 409 `CANNOT_DELETE_BOT_LOG`,
/// `CANNOT_DELETE_BUSINESS_LOG`.
#[utoipa::path(delete, path = "/tiris/v1/trading-logs/{id}", tag = "trading-logs", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<MessageData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn delete(
    State(state): State<TirisState>,
    Member(actor): Member,
    Id(id): Id<TradingLogId>,
) -> Result<Data<MessageData>, Refused> {
    let by = Deleter { user: actor.user, is_admin: role::may_administer(actor.role) };
    log_write::delete(&state.app, by, id).await?;
    Ok(Data(MessageData { message: "The trading log was deleted." }))
}

/// Why a log is reversed.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct ReverseBody {
    /// For people.
    reason: Option<String>,
}

/// Moves back what a log moved, by a counter-log; nothing is erased. 404; 409 `ALREADY_REVERSED`,
/// `LOG_IS_NOT_REVERSIBLE`; 422 `INSUFFICIENT_BALANCE`.
#[utoipa::path(post, path = "/tiris/v1/trading-logs/{id}/reverse", tag = "trading-logs",
    params(("id" = String, Path)), request_body = Option<ReverseBody>,
    responses((status = 201, body = Enveloped<TradingLogData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn reverse(
    State(state): State<TirisState>,
    Member(actor): Member,
    Id(id): Id<TradingLogId>,
    MaybeKey(key): MaybeKey,
    BodyAndBytes { value, bytes }: BodyAndBytes<Option<ReverseBody>>,
) -> Result<Response, Refused> {
    let reason = value.unwrap_or_default().reason.filter(|reason| !reason.trim().is_empty());
    let message = reason.unwrap_or_else(|| "reversal".to_owned());
    let request = ReverseRequest { user: actor.user, log: id, source: Source::Manual, message };
    let body = [b"reverse ".as_slice(), &id.0.to_be_bytes(), &bytes].concat();
    let key = RequestKey { key: key.as_deref(), body: &body, place: 0 };
    Ok(created(&state.app.public, &log_write::reverse(&state.app, request, key).await?))
}

/// Everybody's logs, newest first.
#[utoipa::path(get, path = "/tiris/v1/admin/trading-logs", tag = "admin", params(LogQuery),
    responses((status = 200, body = Enveloped<TradingLogsData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn admin_list(
    State(state): State<TirisState>,
    Admin(actor): Admin,
    Query(query): Query<LogQuery>,
) -> Result<Data<TradingLogsData>, Refused> {
    let filter = filter(&state.app.public, &query)?;
    answer(&state, Reader::of(actor), LogList::Everybodys, &query, filter).await
}

/// One log of anybody's. 404 `TRADING_LOG_NOT_FOUND`.
#[utoipa::path(get, path = "/tiris/v1/admin/trading-logs/{id}", tag = "admin", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<TradingLogData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn admin_one(
    State(state): State<TirisState>,
    Admin(actor): Admin,
    Id(id): Id<TradingLogId>,
) -> Result<Data<TradingLogData>, Refused> {
    Ok(Data(log_data::log(&state.app.public, &log_view::one(&state.app, Reader::of(actor), id).await?)))
}
