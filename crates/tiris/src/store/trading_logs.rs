//! Trading logs in rows.

use crate::domain::candle::Range;
use crate::domain::ids::{PortfolioId, SubAccountId, TradingId, TradingLogId, TransactionId};
use crate::domain::log_type::Source;
use crate::domain::trading_log::TradingLog;
use kernel::{Timestamp, UserId};
use store::{BulkSql, Column, Param, Row, StoreError, Tx, params};

macro_rules! columns {
    () => {
        "id, user_id, seq, trading_id, sub_account_id, transaction_id, timestamp, event_time, type, source, message, info,
         transactions, reverses, request_hash"
    };
}

/// What a filter leaves: each part is passed over where its parameter is NULL.
macro_rules! filters {
    () => {
        " AND (CAST($2 AS TEXT) IS NULL OR type = $2) AND (CAST($3 AS TEXT) IS NULL OR source = $3)
          AND (CAST($4 AS BIGINT) IS NULL OR trading_id = $4) AND (CAST($5 AS BIGINT) IS NULL OR sub_account_id = $5)
          AND (CAST($6 AS BIGINT) IS NULL OR timestamp >= $6) AND (CAST($7 AS BIGINT) IS NULL OR timestamp <= $7)"
    };
}

macro_rules! page {
    ($scope:literal, $order:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM trading_logs WHERE ",
            $scope,
            filters!(),
            " ORDER BY ",
            $order,
            " DESC LIMIT $8 OFFSET $9"
        )
    };
}

macro_rules! count {
    ($scope:literal) => {
        concat!("SELECT COUNT(*) FROM trading_logs WHERE ", $scope, filters!())
    };
}

const INSERT: BulkSql = BulkSql {
    sqlite: concat!(
        "INSERT INTO trading_logs (",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
    ),
    postgres: concat!(
        "INSERT INTO trading_logs (",
        columns!(),
        ") SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
             $7::bigint[], $8::bigint[], $9::text[], $10::text[], $11::text[], $12::text[], $13::bigint[], $14::bigint[],
             $15::bigint[])"
    ),
};

const BY_ID: BulkSql = BulkSql {
    sqlite: concat!("SELECT ", columns!(), " FROM trading_logs WHERE id = $1"),
    postgres: concat!(
        "SELECT u.at, l.* FROM UNNEST($1::bigint[]) WITH ORDINALITY AS u(id, at)
         CROSS JOIN LATERAL (SELECT ",
        columns!(),
        " FROM trading_logs WHERE id = u.id OFFSET 0) l"
    ),
};

/// Whose logs a list is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogScope {
    /// Everybody's.
    All,
    /// One user's.
    User(UserId),
    /// One trading's.
    Trading(TradingId),
    /// One sub-account's.
    SubAccount(SubAccountId),
    /// Those of a portfolio's tradings.
    Portfolio(PortfolioId),
}

/// Which of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Of this type.
    pub kind: Option<String>,
    /// Of this source.
    pub source: Option<Source>,
    /// Of this trading.
    pub trading: Option<TradingId>,
    /// Of this sub-account.
    pub sub_account: Option<SubAccountId>,
    /// Written at or after.
    pub from: Option<Timestamp>,
    /// Written at or before.
    pub to: Option<Timestamp>,
}

impl LogFilter {
    /// Whether it leaves everything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Inserts logs, in the order of their ids.
pub fn insert(tx: &mut Tx<'_>, rows: &[&TradingLog]) -> Result<(), StoreError> {
    let ints = |of: fn(&TradingLog) -> i64| rows.iter().map(|row| of(row)).collect::<Vec<_>>();
    let options = |of: fn(&TradingLog) -> Option<i64>| rows.iter().map(|row| of(row)).collect::<Vec<_>>();
    let texts = |of: fn(&TradingLog) -> &str| rows.iter().map(|row| of(row)).collect::<Vec<_>>();
    tx.bulk_execute(
        INSERT,
        &[
            Column::Int(&ints(|l| l.id.0)),
            Column::Int(&ints(|l| l.user.0)),
            Column::Int(&ints(|l| l.seq)),
            Column::Int(&ints(|l| l.trading.0)),
            Column::OptInt(&options(|l| l.sub_account.map(|id| id.0))),
            Column::OptInt(&options(|l| l.transaction.map(|id| id.0))),
            Column::Int(&ints(|l| l.timestamp.as_micros())),
            Column::OptInt(&options(|l| l.event_time.map(Timestamp::as_micros))),
            Column::Text(&texts(|l| &l.kind)),
            Column::Text(&texts(|l| l.source.as_str())),
            Column::Text(&texts(|l| &l.message)),
            Column::Text(&texts(|l| &l.info)),
            Column::Int(&ints(|l| l.transactions)),
            Column::OptInt(&options(|l| l.reverses.map(|id| id.0))),
            Column::Int(&ints(|l| l.request_hash)),
        ],
    )?;
    Ok(())
}

/// The logs of these ids; unknown ids are left out.
pub fn by_ids(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<TradingLog>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    tx.bulk_query(BY_ID, &[Column::Int(ids)], |_, row, first| {
        found.push(read(row, first)?);
        Ok(())
    })?;
    Ok(found)
}

/// The log of this id.
pub fn find(tx: &mut Tx<'_>, id: TradingLogId) -> Result<Option<TradingLog>, StoreError> {
    tx.query_opt(BY_ID.sqlite, params![id.0], |row| read(row, 0))
}

/// A page of logs, newest first.
pub fn page(
    tx: &mut Tx<'_>,
    scope: LogScope,
    filter: &LogFilter,
    (limit, offset): (i64, i64),
) -> Result<Vec<TradingLog>, StoreError> {
    let mut bound = bound(scope, filter);
    bound.extend([Param::Int(limit), Param::Int(offset)]);
    let sql = match scope {
        LogScope::All => page!("$1 = 0", "id"),
        LogScope::User(_) => page!("user_id = $1", "seq"),
        LogScope::Trading(_) => page!("trading_id = $1", "id"),
        LogScope::SubAccount(_) => page!("sub_account_id = $1", "id"),
        LogScope::Portfolio(_) => page!(
            "trading_id IN (SELECT p.trading_id FROM portfolio_tradings p WHERE p.portfolio_id = $1)",
            "id"
        ),
    };
    tx.query(sql, &bound, |row| read(row, 0))
}

/// How many logs a filter leaves.
pub fn count(tx: &mut Tx<'_>, scope: LogScope, filter: &LogFilter) -> Result<i64, StoreError> {
    let sql = match scope {
        LogScope::All => count!("$1 = 0"),
        LogScope::User(_) => count!("user_id = $1"),
        LogScope::Trading(_) => count!("trading_id = $1"),
        LogScope::SubAccount(_) => count!("sub_account_id = $1"),
        LogScope::Portfolio(_) => {
            count!("trading_id IN (SELECT p.trading_id FROM portfolio_tradings p WHERE p.portfolio_id = $1)")
        }
    };
    tx.query_one(sql, &bound(scope, filter), |row| row.int(0))
}

/// A user's logs with larger numbers than `seq`, oldest first: what a stream goes on with.
pub fn after(tx: &mut Tx<'_>, user: UserId, seq: i64, limit: i64) -> Result<Vec<TradingLog>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM trading_logs WHERE user_id = $1 AND seq > $2 ORDER BY seq LIMIT $3"
    );
    tx.query(sql, params![user.0, seq, limit], |row| read(row, 0))
}

/// The logs of a trading that happened in a range, oldest first.
pub fn happened_in(
    tx: &mut Tx<'_>,
    trading: TradingId,
    range: Range,
    limit: i64,
) -> Result<Vec<TradingLog>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM trading_logs WHERE trading_id = $1 AND COALESCE(event_time, timestamp) >= $2
            AND COALESCE(event_time, timestamp) < $3 ORDER BY COALESCE(event_time, timestamp), id LIMIT $4"
    );
    tx.query(sql, params![trading.0, range.start, range.end, limit], |row| read(row, 0))
}

/// Deletes one log.
pub fn delete(tx: &mut Tx<'_>, id: TradingLogId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM trading_logs WHERE id = $1", params![id.0])?;
    Ok(())
}

fn bound(scope: LogScope, filter: &LogFilter) -> Vec<Param> {
    let of = match scope {
        LogScope::All => 0,
        LogScope::User(user) => user.0,
        LogScope::Trading(trading) => trading.0,
        LogScope::SubAccount(account) => account.0,
        LogScope::Portfolio(portfolio) => portfolio.0,
    };
    vec![
        Param::Int(of),
        filter.kind.clone().into(),
        filter.source.map(Source::as_str).into(),
        filter.trading.map(|id| id.0).into(),
        filter.sub_account.map(|id| id.0).into(),
        filter.from.into(),
        filter.to.into(),
    ]
}

fn read(row: &Row<'_>, first: usize) -> Result<TradingLog, StoreError> {
    let source = row.text(first + 9)?;
    Ok(TradingLog {
        id: TradingLogId(row.int(first)?),
        user: UserId(row.int(first + 1)?),
        seq: row.int(first + 2)?,
        trading: TradingId(row.int(first + 3)?),
        sub_account: row.opt_int(first + 4)?.map(SubAccountId),
        transaction: row.opt_int(first + 5)?.map(TransactionId),
        timestamp: Timestamp::from_micros(row.int(first + 6)?),
        event_time: row.opt_int(first + 7)?.map(Timestamp::from_micros),
        kind: row.text(first + 8)?,
        source: Source::parse(&source)
            .ok_or_else(|| StoreError::Corrupt(format!("trading_logs.source '{source}'")))?,
        message: row.text(first + 10)?,
        info: row.text(first + 11)?,
        transactions: row.int(first + 12)?,
        reverses: row.opt_int(first + 13)?.map(TradingLogId),
        request_hash: row.int(first + 14)?,
    })
}
