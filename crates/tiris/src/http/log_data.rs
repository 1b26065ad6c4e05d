//! Logs and transactions as they are answered.

use super::json_object::StoredObject;
use crate::domain::decimal::format;
use crate::domain::trading_log::TradingLog;
use crate::domain::transaction::Transaction;
use crate::usecase::transaction_view::Caused;
use kernel::{PublicIds, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

/// A log.
#[derive(Debug, Serialize, ToSchema)]
pub struct TradingLogData {
    id: String,
    user_id: String,
    trading_id: String,
    sub_account_id: Option<String>,
    transaction_id: Option<String>,
    /// When it was written.
    timestamp: String,
    /// When it happened, where its writer said so.
    event_time: Option<String>,
    r#type: String,
    source: &'static str,
    message: String,
    #[schema(value_type = Object)]
    info: StoredObject,
}

/// A transaction; its `info` is the log that caused it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransactionData {
    id: String,
    user_id: String,
    trading_id: String,
    sub_account_id: String,
    log_id: String,
    timestamp: String,
    event_time: String,
    direction: &'static str,
    reason: String,
    amount: String,
    closing_balance: String,
    price: Option<String>,
    quote_symbol: Option<String>,
    info: TransactionInfo,
}

/// What a transaction says beside its figures.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransactionInfo {
    #[serde(skip_serializing_if = "Option::is_none")]
    trading_log: Option<TradingLogData>,
}

/// A log as it is answered.
#[must_use]
pub fn log(public: &PublicIds, log: &TradingLog) -> TradingLogData {
    TradingLogData {
        id: public.encode(log.id),
        user_id: public.encode(log.user),
        trading_id: public.encode(log.trading),
        sub_account_id: log.sub_account.map(|id| public.encode(id)),
        transaction_id: log.transaction.map(|id| public.encode(id)),
        timestamp: log.timestamp.rfc3339(),
        event_time: log.event_time.map(Timestamp::rfc3339),
        r#type: log.kind.clone(),
        source: log.source.as_str(),
        message: log.message.clone(),
        info: StoredObject::of(&log.info),
    }
}

/// A transaction with its cause as it is answered.
#[must_use]
pub fn caused(public: &PublicIds, caused: &Caused) -> TransactionData {
    let cause = caused.log.as_deref().map(|cause| log(public, cause));
    transaction(public, &caused.transaction, cause)
}

/// A transaction as it is answered.
#[must_use]
pub fn transaction(
    public: &PublicIds,
    transaction: &Transaction,
    cause: Option<TradingLogData>,
) -> TransactionData {
    TransactionData {
        id: public.encode(transaction.id),
        user_id: public.encode(transaction.user),
        trading_id: public.encode(transaction.trading),
        sub_account_id: public.encode(transaction.sub_account),
        log_id: public.encode(transaction.log),
        timestamp: transaction.timestamp.rfc3339(),
        event_time: transaction.event_time.rfc3339(),
        direction: transaction.direction.as_str(),
        reason: transaction.reason.clone(),
        amount: format(transaction.amount),
        closing_balance: format(transaction.closing_balance),
        price: transaction.price.map(format),
        quote_symbol: transaction.quote.map(|quote| quote.as_str().to_owned()),
        info: TransactionInfo { trading_log: cause },
    }
}
