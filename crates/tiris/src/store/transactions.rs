//! Transactions in rows: appended, never changed.

use crate::domain::balance_chain::ChainEnd;
use crate::domain::ids::{SubAccountId, TradingId, TradingLogId, TransactionId};
use crate::domain::transaction::{Direction, Transaction};
use kernel::{AssetCode, Timestamp, UserId};
use store::{BulkSql, Column, Param, Row, StoreError, Tx, params};

macro_rules! columns {
    () => {
        "id, user_id, seq, trading_id, sub_account_id, log_id, timestamp, event_time, direction, reason, amount,
         closing_balance, price, quote_symbol, is_late, event_balance"
    };
}

/// What a filter leaves: each part is passed over where its parameter is NULL.
macro_rules! filters {
    () => {
        " AND (CAST($2 AS TEXT) IS NULL OR direction = $2) AND (CAST($3 AS TEXT) IS NULL OR reason = $3)
          AND (CAST($4 AS BIGINT) IS NULL OR trading_id = $4) AND (CAST($5 AS BIGINT) IS NULL OR sub_account_id = $5)
          AND (CAST($6 AS BIGINT) IS NULL OR timestamp >= $6) AND (CAST($7 AS BIGINT) IS NULL OR timestamp <= $7)
          AND (CAST($8 AS BIGINT) IS NULL OR amount >= $8) AND (CAST($9 AS BIGINT) IS NULL OR amount <= $9)"
    };
}

macro_rules! page {
    ($scope:literal, $order:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM transactions WHERE ",
            $scope,
            filters!(),
            " ORDER BY ",
            $order,
            " LIMIT $10 OFFSET $11"
        )
    };
}

macro_rules! count {
    ($scope:literal) => {
        concat!("SELECT COUNT(*) FROM transactions WHERE ", $scope, filters!())
    };
}

const INSERT: BulkSql = BulkSql {
    sqlite: concat!(
        "INSERT INTO transactions (",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
    ),
    postgres: concat!(
        "INSERT INTO transactions (",
        columns!(),
        ") SELECT a, b, c, d, e, f, g, h, i, j, k, l, m, NULLIF(n, ''), o, p
           FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
             $7::bigint[], $8::bigint[], $9::text[], $10::text[], $11::bigint[], $12::bigint[], $13::bigint[], $14::text[],
             $15::boolean[], $16::bigint[]) AS u(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)"
    ),
};

const CHAIN_ENDS: BulkSql = BulkSql {
    sqlite: "SELECT event_time, event_balance FROM transactions WHERE sub_account_id = $1 AND is_late = FALSE
             ORDER BY event_time DESC, id DESC LIMIT 1",
    postgres: "SELECT u.at, t.* FROM UNNEST($1::bigint[]) WITH ORDINALITY AS u(id, at)
               CROSS JOIN LATERAL (SELECT event_time, event_balance FROM transactions
                 WHERE sub_account_id = u.id AND is_late = FALSE
                 ORDER BY event_time DESC, id DESC LIMIT 1) t",
};

/// Whose transactions a list is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionScope {
    /// Everybody's.
    All,
    /// One user's.
    User(UserId),
    /// One sub-account's.
    SubAccount(SubAccountId),
}

/// Which of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TransactionFilter {
    /// Of this direction.
    pub direction: Option<Direction>,
    /// For this reason.
    pub reason: Option<String>,
    /// Of this trading.
    pub trading: Option<TradingId>,
    /// Of this sub-account.
    pub sub_account: Option<SubAccountId>,
    /// Written at or after.
    pub from: Option<Timestamp>,
    /// Written at or before.
    pub to: Option<Timestamp>,
    /// At least so many units.
    pub amount_min: Option<i64>,
    /// At most so many units.
    pub amount_max: Option<i64>,
}

impl TransactionFilter {
    /// Whether it leaves everything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Inserts transactions, in the order of their ids.
pub fn insert(tx: &mut Tx<'_>, rows: &[&Transaction]) -> Result<(), StoreError> {
    let ints = |of: fn(&Transaction) -> i64| rows.iter().map(|row| of(row)).collect::<Vec<_>>();
    let texts = |of: fn(&Transaction) -> &str| rows.iter().map(|row| of(row)).collect::<Vec<_>>();
    let quotes: Vec<&str> = rows.iter().map(|row| row.quote.as_ref().map_or("", AssetCode::as_str)).collect();
    let late: Vec<bool> = rows.iter().map(|row| row.is_late).collect();
    let prices: Vec<Option<i64>> = rows.iter().map(|row| row.price).collect();
    tx.bulk_execute(
        INSERT,
        &[
            Column::Int(&ints(|t| t.id.0)),
            Column::Int(&ints(|t| t.user.0)),
            Column::Int(&ints(|t| t.seq)),
            Column::Int(&ints(|t| t.trading.0)),
            Column::Int(&ints(|t| t.sub_account.0)),
            Column::Int(&ints(|t| t.log.0)),
            Column::Int(&ints(|t| t.timestamp.as_micros())),
            Column::Int(&ints(|t| t.event_time.as_micros())),
            Column::Text(&texts(|t| t.direction.as_str())),
            Column::Text(&texts(|t| &t.reason)),
            Column::Int(&ints(|t| t.amount)),
            Column::Int(&ints(|t| t.closing_balance)),
            Column::OptInt(&prices),
            Column::Text(&quotes),
            Column::Bool(&late),
            Column::Int(&ints(|t| t.event_balance)),
        ],
    )?;
    Ok(())
}

/// Where the chains of these sub-accounts end; those without an entry are left out.
pub fn chain_ends(tx: &mut Tx<'_>, accounts: &[i64]) -> Result<Vec<(i64, ChainEnd)>, StoreError> {
    let mut found = Vec::with_capacity(accounts.len());
    tx.bulk_query(CHAIN_ENDS, &[Column::Int(accounts)], |at, row, first| {
        let event_time = Timestamp::from_micros(row.int(first)?);
        found.push((accounts[at], ChainEnd { event_time, event_balance: row.int(first + 1)? }));
        Ok(())
    })?;
    Ok(found)
}

/// The transactions of a log, in the order of its legs.
pub fn of_log(tx: &mut Tx<'_>, log: TradingLogId, legs: i64) -> Result<Vec<Transaction>, StoreError> {
    // The numbers of a log's transactions follow its own; so no index by log is needed.
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM transactions WHERE id > $1 AND log_id = $1 ORDER BY id LIMIT $2"
    );
    if legs == 0 {
        return Ok(Vec::new());
    }
    tx.query(sql, params![log.0, legs], |row| read(row, 0))
}

/// The transaction of this id.
pub fn find(tx: &mut Tx<'_>, id: TransactionId) -> Result<Option<Transaction>, StoreError> {
    let sql = concat!("SELECT ", columns!(), " FROM transactions WHERE id = $1");
    tx.query_opt(sql, params![id.0], |row| read(row, 0))
}

/// A page of transactions, newest first.
pub fn page(
    tx: &mut Tx<'_>,
    scope: TransactionScope,
    filter: &TransactionFilter,
    (limit, offset): (i64, i64),
) -> Result<Vec<Transaction>, StoreError> {
    let mut bound = bound(scope, filter);
    bound.extend([Param::Int(limit), Param::Int(offset)]);
    let sql = match scope {
        TransactionScope::All => page!("$1 = 0", "id DESC"),
        TransactionScope::User(_) => page!("user_id = $1", "seq DESC"),
        TransactionScope::SubAccount(_) => page!("sub_account_id = $1", "timestamp DESC, id DESC"),
    };
    tx.query(sql, &bound, |row| read(row, 0))
}

/// How many transactions a filter leaves.
pub fn count(
    tx: &mut Tx<'_>,
    scope: TransactionScope,
    filter: &TransactionFilter,
) -> Result<i64, StoreError> {
    let sql = match scope {
        TransactionScope::All => count!("$1 = 0"),
        TransactionScope::User(_) => count!("user_id = $1"),
        TransactionScope::SubAccount(_) => count!("sub_account_id = $1"),
    };
    tx.query_one(sql, &bound(scope, filter), |row| row.int(0))
}

/// What lay in a sub-account at a moment, by when entries were written: the last one's closing balance.
pub fn balance_recorded_at(tx: &mut Tx<'_>, account: SubAccountId, at: Timestamp) -> Result<i64, StoreError> {
    let sql = "SELECT closing_balance FROM transactions WHERE sub_account_id = $1 AND timestamp <= $2
               ORDER BY timestamp DESC, id DESC LIMIT 1";
    Ok(tx.query_opt(sql, params![account.0, at], |row| row.int(0))?.unwrap_or(0))
}

/// What lay in a sub-account at a moment, by when entries happened: one look-up for those in order, and the sum of the late.
pub fn balance_event_at(tx: &mut Tx<'_>, account: SubAccountId, at: Timestamp) -> Result<i64, StoreError> {
    let sql = "SELECT event_balance FROM transactions WHERE sub_account_id = $1 AND is_late = FALSE AND event_time <= $2
               ORDER BY event_time DESC, id DESC LIMIT 1";
    let in_order = tx.query_opt(sql, params![account.0, at], |row| row.int(0))?.unwrap_or(0);
    let sql =
        "SELECT CAST(COALESCE(SUM(CASE direction WHEN 'credit' THEN amount ELSE -amount END), 0) AS BIGINT)
               FROM transactions WHERE sub_account_id = $1 AND is_late = TRUE AND event_time <= $2";
    let late = tx.query_one(sql, params![account.0, at], |row| row.int(0))?;
    Ok(in_order.saturating_add(late))
}

fn bound(scope: TransactionScope, filter: &TransactionFilter) -> Vec<Param> {
    let of = match scope {
        TransactionScope::All => 0,
        TransactionScope::User(user) => user.0,
        TransactionScope::SubAccount(account) => account.0,
    };
    vec![
        Param::Int(of),
        filter.direction.map(Direction::as_str).into(),
        filter.reason.clone().into(),
        filter.trading.map(|id| id.0).into(),
        filter.sub_account.map(|id| id.0).into(),
        filter.from.into(),
        filter.to.into(),
        filter.amount_min.into(),
        filter.amount_max.into(),
    ]
}

fn read(row: &Row<'_>, first: usize) -> Result<Transaction, StoreError> {
    let direction = row.text(first + 8)?;
    let quote = row.opt_text(first + 13)?.filter(|quote| !quote.is_empty());
    Ok(Transaction {
        id: TransactionId(row.int(first)?),
        user: UserId(row.int(first + 1)?),
        seq: row.int(first + 2)?,
        trading: TradingId(row.int(first + 3)?),
        sub_account: SubAccountId(row.int(first + 4)?),
        log: TradingLogId(row.int(first + 5)?),
        timestamp: Timestamp::from_micros(row.int(first + 6)?),
        event_time: Timestamp::from_micros(row.int(first + 7)?),
        direction: Direction::parse(&direction)
            .ok_or_else(|| StoreError::Corrupt(format!("transactions.direction '{direction}'")))?,
        reason: row.text(first + 9)?,
        amount: row.int(first + 10)?,
        closing_balance: row.int(first + 11)?,
        price: row.opt_int(first + 12)?,
        quote: quote
            .map(|quote| {
                AssetCode::new(&quote).ok_or_else(|| StoreError::Corrupt(format!("asset '{quote}'")))
            })
            .transpose()?,
        is_late: row.bool(first + 14)?,
        event_balance: row.int(first + 15)?,
    })
}
