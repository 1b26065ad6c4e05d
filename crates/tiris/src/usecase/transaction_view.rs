//! Reads transactions with their causes: one, and pages of them; and what lay in a sub-account at a past moment.

use super::log_view::Found;
use super::reader::Reader;
use crate::app::App;
use crate::domain::ids::{SubAccountId, TradingId, TransactionId};
use crate::domain::money::locator_kind::{TRANSACTION_SEQUENCE, TRANSACTIONS_REMOVED};
use crate::domain::trading_log::TradingLog;
use crate::domain::transaction::Transaction;
use crate::refusals;
pub use crate::store::transactions::TransactionFilter;
use crate::store::transactions::TransactionScope;
use crate::store::{counts, sub_accounts, trading_logs, tradings, transactions};
use kernel::{AssetCode, Refusal, Timestamp};
use std::collections::HashMap;
use std::sync::Arc;
use store::{StoreError, Tx};

/// A transaction and the log that caused it.
#[derive(Debug, Clone)]
pub struct Caused {
    /// The transaction.
    pub transaction: Transaction,
    /// Its cause.
    pub log: Option<Arc<TradingLog>>,
}

/// Which transactions are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionList {
    /// The reader's own.
    Own,
    /// Everybody's, for an admin.
    Everybodys,
    /// One trading's.
    OfTrading(TradingId),
    /// One sub-account's.
    OfSubAccount(SubAccountId),
}

/// By which clock a past moment is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// When entries happened.
    Event,
    /// When they were written.
    Recorded,
}

/// What lay in a sub-account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BalanceAt {
    /// Of what.
    pub symbol: AssetCode,
    /// When.
    pub at: Timestamp,
    /// Units.
    pub balance: i64,
}

/// One transaction.
pub async fn one(app: &App, reader: Reader, id: TransactionId) -> Result<Caused, Refusal> {
    let work = move |tx: &mut Tx<'_>| {
        let found = transactions::find(tx, id)?.filter(|found| reader.may_read(found.user));
        let found = found.ok_or_else(refusals::transaction_not_found)?;
        let mut caused = with_causes(tx, vec![found])?;
        caused.pop().ok_or_else(refusals::transaction_not_found)
    };
    app.store.read(work).await
}

/// A page of transactions, newest first.
pub async fn list(
    app: &App,
    reader: Reader,
    list: TransactionList,
    filter: TransactionFilter,
    page: (i64, i64),
) -> Result<Found<Caused>, Refusal> {
    let work = move |tx: &mut Tx<'_>| {
        let (scope, filter) = scope(tx, reader, list, filter)?;
        let rows = transactions::page(tx, scope, &filter, page)?;
        let total = match scope {
            TransactionScope::User(user) if filter.is_empty() => {
                counts::total(tx, user, TRANSACTION_SEQUENCE, TRANSACTIONS_REMOVED)?
            }
            scope => transactions::count(tx, scope, &filter)?,
        };
        Ok::<_, Refusal>(Found { rows: with_causes(tx, rows)?, total })
    };
    app.store.read(work).await
}

/// What lay in a sub-account at a moment; now, where none is said.
pub async fn balance_at(
    app: &App,
    reader: Reader,
    id: SubAccountId,
    at: Option<Timestamp>,
    axis: Axis,
) -> Result<BalanceAt, Refusal> {
    let at = at.unwrap_or_else(|| app.clock.now());
    let work = move |tx: &mut Tx<'_>| {
        let found = sub_accounts::find(tx, id)?.filter(|found| reader.may_read(found.account.user));
        let symbol = found.ok_or_else(refusals::sub_account_not_found)?.account.symbol;
        let balance = match axis {
            Axis::Event => transactions::balance_event_at(tx, id, at)?,
            Axis::Recorded => transactions::balance_recorded_at(tx, id, at)?,
        };
        Ok::<_, Refusal>(BalanceAt { symbol, at, balance })
    };
    app.store.read(work).await
}

fn scope(
    tx: &mut Tx<'_>,
    reader: Reader,
    list: TransactionList,
    filter: TransactionFilter,
) -> Result<(TransactionScope, TransactionFilter), Refusal> {
    match list {
        TransactionList::Own => Ok((TransactionScope::User(reader.own()?), filter)),
        TransactionList::Everybodys => reader.admin().map(|()| (TransactionScope::All, filter)),
        TransactionList::OfTrading(id) => {
            let found = tradings::find(tx, id)?.filter(|trading| reader.may_see(trading));
            let owner = found.ok_or_else(refusals::trading_not_found)?.user;
            Ok((TransactionScope::User(owner), TransactionFilter { trading: Some(id), ..filter }))
        }
        TransactionList::OfSubAccount(id) => {
            let found = sub_accounts::find(tx, id)?.filter(|found| reader.may_read(found.account.user));
            found.ok_or_else(refusals::sub_account_not_found)?;
            Ok((TransactionScope::SubAccount(id), filter))
        }
    }
}

fn with_causes(tx: &mut Tx<'_>, rows: Vec<Transaction>) -> Result<Vec<Caused>, StoreError> {
    let mut ids: Vec<i64> = rows.iter().map(|row| row.log.0).collect();
    ids.sort_unstable();
    ids.dedup();
    let logs: HashMap<i64, Arc<TradingLog>> =
        trading_logs::by_ids(tx, &ids)?.into_iter().map(|log| (log.id.0, Arc::new(log))).collect();
    let caused = |transaction: Transaction| {
        let log = logs.get(&transaction.log.0).map(Arc::clone);
        Caused { transaction, log }
    };
    Ok(rows.into_iter().map(caused).collect())
}
