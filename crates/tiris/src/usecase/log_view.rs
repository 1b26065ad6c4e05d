//! Reads logs: one, and pages of them.

use super::reader::Reader;
use crate::app::App;
use crate::domain::ids::{PortfolioId, SubAccountId, TradingId, TradingLogId};
use crate::domain::money::locator_kind::{LOG_SEQUENCE, LOGS_REMOVED};
use crate::domain::trading_log::TradingLog;
use crate::refusals;
pub use crate::store::trading_logs::LogFilter;
use crate::store::trading_logs::LogScope;
use crate::store::{counts, portfolios, sub_accounts, trading_logs, tradings};
use kernel::{Refusal, UserId};
use store::Tx;

/// Which logs are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogList {
    /// The reader's own.
    Own,
    /// Everybody's, for an admin.
    Everybodys,
    /// One trading's.
    OfTrading(TradingId),
    /// One sub-account's.
    OfSubAccount(SubAccountId),
    /// Those of the tradings of one of the reader's portfolios.
    OfPortfolio(PortfolioId),
}

/// A page, and how many rows there are in all.
#[derive(Debug, Clone)]
pub struct Found<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// In all.
    pub total: i64,
}

/// One log.
pub async fn one(app: &App, reader: Reader, id: TradingLogId) -> Result<TradingLog, Refusal> {
    let found = app.store.read(move |tx| trading_logs::find(tx, id)).await?;
    found.filter(|log| reader.may_read(log.user)).ok_or_else(refusals::log_not_found)
}

/// A page of logs, newest first.
pub async fn list(
    app: &App,
    reader: Reader,
    list: LogList,
    filter: LogFilter,
    page: (i64, i64),
) -> Result<Found<TradingLog>, Refusal> {
    let work = move |tx: &mut Tx<'_>| {
        let scope = scope(tx, reader, list)?;
        let rows = trading_logs::page(tx, scope, &filter, page)?;
        let total = match scope {
            LogScope::User(user) if filter.is_empty() => counts::total(tx, user, LOG_SEQUENCE, LOGS_REMOVED)?,
            scope => trading_logs::count(tx, scope, &filter)?,
        };
        Ok::<_, Refusal>(Found { rows, total })
    };
    app.store.read(work).await
}

/// A user's logs after a number, oldest first.
pub async fn after(app: &App, user: UserId, seq: i64, limit: i64) -> Result<Vec<TradingLog>, Refusal> {
    Ok(app.store.read(move |tx| trading_logs::after(tx, user, seq, limit)).await?)
}

/// The last number that a user's logs have.
pub async fn last_seq(app: &App, user: UserId) -> Result<i64, Refusal> {
    Ok(app.store.read(move |tx| store::sequence::last(tx, LOG_SEQUENCE, user.0)).await?)
}

fn scope(tx: &mut Tx<'_>, reader: Reader, list: LogList) -> Result<LogScope, Refusal> {
    match list {
        LogList::Own => Ok(LogScope::User(reader.own()?)),
        LogList::Everybodys => reader.admin().map(|()| LogScope::All),
        LogList::OfTrading(id) => {
            let found = tradings::find(tx, id)?;
            let seen = found.filter(|trading| reader.may_see(trading));
            seen.map(|_| LogScope::Trading(id)).ok_or_else(refusals::trading_not_found)
        }
        LogList::OfPortfolio(id) => {
            let found = portfolios::find(tx, reader.own()?, id)?;
            found.map(|_| LogScope::Portfolio(id)).ok_or_else(refusals::portfolio_not_found)
        }
        LogList::OfSubAccount(id) => {
            let found = sub_accounts::find(tx, id)?;
            let seen = found.filter(|found| reader.may_read(found.account.user));
            seen.map(|_| LogScope::SubAccount(id)).ok_or_else(refusals::sub_account_not_found)
        }
    }
}
