//! Transactions over HTTP, read only: parse, call, map.

use super::amount::in_query;
use super::answer::{Data, Enveloped};
use super::caller::{Admin, AnyReader, Member};
use super::log_data::{self, TransactionData};
use super::page::{self, PageData};
use super::path::{self, Id};
use super::state::TirisState;
use crate::domain::ids::{SubAccountId, TradingId, TransactionId};
use crate::domain::transaction::Direction;
use crate::usecase::reader::Reader;
use crate::usecase::transaction_view::{self, TransactionFilter, TransactionList};
use axum::extract::State;
use kernel::{Meaning, PublicIds, Refusal, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Query, Refused};

/// The routes of transactions.
pub fn routes() -> OpenApiRouter<TirisState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(in_time_range))
        .routes(routes!(of_sub_account))
        .routes(routes!(of_trading))
        .routes(routes!(one))
        .routes(routes!(admin_list))
        .routes(routes!(admin_one))
}

/// A page of transactions.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransactionsData {
    transactions: Vec<TransactionData>,
    #[serde(flatten)]
    page: PageData,
}

/// Which transactions.
#[derive(Debug, Default, Deserialize, IntoParams)]
pub struct TransactionQuery {
    /// `credit` or `debit`.
    direction: Option<String>,
    /// Why; `withdrawal` finds `withdraw`.
    reason: Option<String>,
    trading_id: Option<String>,
    sub_account_id: Option<String>,
    /// RFC 3339; written at or after.
    start_date: Option<String>,
    /// RFC 3339; written at or before.
    end_date: Option<String>,
    /// The same as `start_date`, for ranges of time.
    start_time: Option<String>,
    /// The same as `end_date`, for ranges of time.
    end_time: Option<String>,
    min_amount: Option<String>,
    max_amount: Option<String>,
    /// 1 to 1000; 100 where none is said.
    limit: Option<String>,
    /// Rows to skip.
    offset: Option<String>,
}

fn bad_range(text: &'static str) -> Refusal {
    Refusal::new(Meaning::Invalid, "INVALID_FILTER_RANGE", text)
}

fn filter(public: &PublicIds, query: &TransactionQuery) -> Result<TransactionFilter, Refusal> {
    let said = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let direction = said(&query.direction).map(|word| {
        Direction::parse(&word).ok_or_else(|| Refusal::field("direction", "must be credit or debit"))
    });
    let from = page::moment("INVALID_QUERY_PARAMS", query.start_date.as_deref())?;
    let to = page::moment("INVALID_QUERY_PARAMS", query.end_date.as_deref())?;
    let (from, to) = page::ordered("INVALID_FILTER_RANGE", from, to)?;
    let amount_min = in_query("min_amount", query.min_amount.as_deref())?;
    let amount_max = in_query("max_amount", query.max_amount.as_deref())?;
    if matches!((amount_min, amount_max), (Some(least), Some(most)) if least > most) {
        return Err(bad_range("min_amount is more than max_amount"));
    }
    let reason = said(&query.reason);
    Ok(TransactionFilter {
        direction: direction.transpose()?,
        reason: reason.map(|word| if word == "withdrawal" { "withdraw".to_owned() } else { word }),
        trading: path::optional::<TradingId>(public, query.trading_id.as_deref())?,
        sub_account: path::optional::<SubAccountId>(public, query.sub_account_id.as_deref())?,
        from,
        to,
        amount_min,
        amount_max,
    })
}

async fn answer(
    state: &TirisState,
    reader: Reader,
    list: TransactionList,
    query: &TransactionQuery,
    filter: TransactionFilter,
) -> Result<Data<TransactionsData>, Refused> {
    let window = page::window(query.limit.as_deref(), query.offset.as_deref())?;
    let found = transaction_view::list(&state.app, reader, list, filter, window).await?;
    let transactions: Vec<_> =
        found.rows.iter().map(|caused| log_data::caused(&state.app.public, caused)).collect();
    let page = PageData::of(found.total, window, transactions.len());
    Ok(Data(TransactionsData { transactions, page }))
}

/// The caller's transactions, newest first. 400 `INVALID_FILTER_RANGE`, `INVALID_QUERY_PARAMS`.
#[utoipa::path(get, path = "/tiris/v1/transactions", tag = "transactions", params(TransactionQuery),
    responses((status = 200, body = Enveloped<TransactionsData>), web::openapi::Refusals))]
async fn list(
    State(state): State<TirisState>,
    AnyReader(reader): AnyReader,
    Query(query): Query<TransactionQuery>,
) -> Result<Data<TransactionsData>, Refused> {
    let filter = filter(&state.app.public, &query)?;
    // Guests may ask for one public trading, which the list checks.
    let list = match filter.trading {
        Some(trading) => TransactionList::OfTrading(trading),
        None => TransactionList::Own,
    };
    answer(&state, reader, list, &query, filter).await
}

/// The caller's transactions between two moments. 400 `MISSING_TIME_RANGE`, `INVALID_START_TIME`, `INVALID_END_TIME`.
#[utoipa::path(get, path = "/tiris/v1/transactions/time-range", tag = "transactions", params(TransactionQuery),
    responses((status = 200, body = Enveloped<TransactionsData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn in_time_range(
    State(state): State<TirisState>,
    member: Member,
    Query(query): Query<TransactionQuery>,
) -> Result<Data<TransactionsData>, Refused> {
    let (from, to) = time_range(query.start_time.as_deref(), query.end_time.as_deref())?;
    let filter = filter(&state.app.public, &query)?;
    let filter = TransactionFilter { from: Some(from), to: Some(to), ..filter };
    answer(&state, member.reader(), TransactionList::Own, &query, filter).await
}

/// Both ends of a range that must be said.
pub(super) fn time_range(start: Option<&str>, end: Option<&str>) -> Result<(Timestamp, Timestamp), Refusal> {
    let missing = || {
        Refusal::new(Meaning::Invalid, "MISSING_TIME_RANGE", "start_time and end_time are needed, RFC 3339.")
    };
    let from = page::moment("INVALID_START_TIME", start)?.ok_or_else(missing)?;
    let to = page::moment("INVALID_END_TIME", end)?.ok_or_else(missing)?;
    page::ordered("INVALID_TIME_RANGE", Some(from), Some(to))?;
    Ok((from, to))
}

/// The transactions of one sub-account. 404 `SUBACCOUNT_NOT_FOUND`.
#[utoipa::path(get, path = "/tiris/v1/transactions/sub-account/{id}", tag = "transactions",
    params(("id" = String, Path), TransactionQuery),
    responses((status = 200, body = Enveloped<TransactionsData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn of_sub_account(
    State(state): State<TirisState>,
    member: Member,
    Id(id): Id<SubAccountId>,
    Query(query): Query<TransactionQuery>,
) -> Result<Data<TransactionsData>, Refused> {
    let filter = filter(&state.app.public, &query)?;
    answer(&state, member.reader(), TransactionList::OfSubAccount(id), &query, filter).await
}

/// The transactions of one trading; guests may read those of a public simulated one. 404 `TRADING_NOT_FOUND`.
#[utoipa::path(get, path = "/tiris/v1/transactions/trading/{id}", tag = "transactions",
    params(("id" = String, Path), TransactionQuery),
    responses((status = 200, body = Enveloped<TransactionsData>), web::openapi::Refusals))]
async fn of_trading(
    State(state): State<TirisState>,
    AnyReader(reader): AnyReader,
    Id(id): Id<TradingId>,
    Query(query): Query<TransactionQuery>,
) -> Result<Data<TransactionsData>, Refused> {
    let filter = filter(&state.app.public, &query)?;
    answer(&state, reader, TransactionList::OfTrading(id), &query, filter).await
}

/// One transaction of the caller's with its cause. 404 `TRANSACTION_NOT_FOUND`.
#[utoipa::path(get, path = "/tiris/v1/transactions/{id}", tag = "transactions", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<TransactionData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn one(
    State(state): State<TirisState>,
    member: Member,
    Id(id): Id<TransactionId>,
) -> Result<Data<TransactionData>, Refused> {
    let found = transaction_view::one(&state.app, member.reader(), id).await?;
    Ok(Data(log_data::caused(&state.app.public, &found)))
}

/// Everybody's transactions, newest first.
#[utoipa::path(get, path = "/tiris/v1/admin/transactions", tag = "admin", params(TransactionQuery),
    responses((status = 200, body = Enveloped<TransactionsData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn admin_list(
    State(state): State<TirisState>,
    Admin(actor): Admin,
    Query(query): Query<TransactionQuery>,
) -> Result<Data<TransactionsData>, Refused> {
    let filter = filter(&state.app.public, &query)?;
    answer(&state, Reader::of(actor), TransactionList::Everybodys, &query, filter).await
}

/// One transaction of anybody's. 404 `TRANSACTION_NOT_FOUND`.
#[utoipa::path(get, path = "/tiris/v1/admin/transactions/{id}", tag = "admin", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<TransactionData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn admin_one(
    State(state): State<TirisState>,
    Admin(actor): Admin,
    Id(id): Id<TransactionId>,
) -> Result<Data<TransactionData>, Refused> {
    let found = transaction_view::one(&state.app, Reader::of(actor), id).await?;
    Ok(Data(log_data::caused(&state.app.public, &found)))
}
