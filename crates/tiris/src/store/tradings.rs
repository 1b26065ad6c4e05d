//! Tradings in rows.

use crate::domain::ids::{ExchangeBindingId, TradingId};
use crate::domain::log_post::TradingFacts;
use crate::domain::money::locator_kind;
use crate::domain::trading::{Trading, TradingStatus, TradingType};
use kernel::{Timestamp, UserId};
use std::collections::HashSet;
use store::locator::{self, Locators};
use store::{BulkSql, Column, Row, StoreError, Tx, params};

macro_rules! columns {
    () => {
        "id, user_id, exchange_binding_id, name, type, status, info, created_at, updated_at, deleted_at"
    };
}

const FACTS: BulkSql = BulkSql {
    sqlite: "SELECT id, user_id, type, deleted_at, exchange_binding_id FROM tradings WHERE id = $1",
    postgres: "SELECT u.at, t.* FROM UNNEST($1::bigint[]) WITH ORDINALITY AS u(id, at)
               CROSS JOIN LATERAL (SELECT id, user_id, type, deleted_at, exchange_binding_id FROM tradings
                 WHERE id = u.id OFFSET 0) t",
};

/// Inserts a trading. Errors: `Unique` where its user has a live one of this name.
pub fn insert(tx: &mut Tx<'_>, trading: &Trading) -> Result<(), StoreError> {
    let sql =
        concat!("INSERT INTO tradings (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
    let fields = params![
        trading.id.0,
        trading.user.0,
        trading.binding.0,
        &trading.name,
        trading.kind.as_str(),
        trading.status.as_str(),
        &trading.info,
        trading.created_at,
        trading.updated_at,
        trading.deleted_at,
    ];
    tx.execute(sql, fields)?;
    Ok(())
}

/// Writes what may change of a trading. Errors: `Unique` where the name is another's.
pub fn update(tx: &mut Tx<'_>, trading: &Trading) -> Result<(), StoreError> {
    let sql =
        "UPDATE tradings SET exchange_binding_id = $2, name = $3, status = $4, info = $5, updated_at = $6,
               deleted_at = $7 WHERE id = $1";
    let fields = params![
        trading.id.0,
        trading.binding.0,
        &trading.name,
        trading.status.as_str(),
        &trading.info,
        trading.updated_at,
        trading.deleted_at,
    ];
    tx.execute(sql, fields)?;
    Ok(())
}

/// The live trading of this number.
pub fn find(tx: &mut Tx<'_>, id: TradingId) -> Result<Option<Trading>, StoreError> {
    let sql = concat!("SELECT ", columns!(), " FROM tradings WHERE id = $1 AND deleted_at IS NULL");
    tx.query_opt(sql, params![id.0], read)
}

/// The live tradings of a user, newest first.
pub fn of_user(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Trading>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM tradings WHERE user_id = $1 AND deleted_at IS NULL ORDER BY id DESC"
    );
    tx.query(sql, params![user.0], read)
}

/// A page of everybody's live tradings, newest first, and how many there are.
pub fn page(tx: &mut Tx<'_>, limit: i64, offset: i64) -> Result<(Vec<Trading>, i64), StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM tradings WHERE deleted_at IS NULL ORDER BY id DESC LIMIT $1 OFFSET $2"
    );
    let rows = tx.query(sql, params![limit, offset], read)?;
    let total =
        tx.query_one("SELECT COUNT(*) FROM tradings WHERE deleted_at IS NULL", &[], |row| row.int(0))?;
    Ok((rows, total))
}

/// What a log must know of these tradings; unknown numbers are left out.
pub fn facts(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<(i64, TradingFacts)>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    tx.bulk_query(FACTS, &[Column::Int(ids)], |_, row, first| {
        let kind = kind(&row.text(first + 2)?)?;
        let is_live = row.opt_int(first + 3)?.is_none();
        let (user, binding) = (UserId(row.int(first + 1)?), row.int(first + 4)?);
        found.push((row.int(first)?, TradingFacts { user, kind, is_live, binding }));
        Ok(())
    })?;
    Ok(found)
}

/// How many rows went with a trading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erased {
    /// Logs.
    pub logs: i64,
    /// Transactions.
    pub transactions: i64,
}

/// Removes a trading of a user's and everything that hangs on it but the ledger: for simulated ones alone.
pub fn erase(tx: &mut Tx<'_>, user: UserId, id: TradingId) -> Result<Erased, StoreError> {
    entries(tx, user, id)?.remove(tx)?;
    tx.execute("DELETE FROM portfolio_tradings WHERE trading_id = $1", params![id.0])?;
    let transactions = "DELETE FROM transactions WHERE user_id = $1 AND trading_id = $2";
    let transactions = tx.execute(transactions, params![user.0, id.0])?;
    let logs = tx.execute("DELETE FROM trading_logs WHERE trading_id = $1", params![id.0])?;
    tx.execute("DELETE FROM sub_accounts WHERE trading_id = $1", params![id.0])?;
    tx.execute("DELETE FROM tradings WHERE id = $1", params![id.0])?;
    Ok(Erased { logs: logs.cast_signed(), transactions: transactions.cast_signed() })
}

/// By what the logs of a trading are found.
fn entries(tx: &mut Tx<'_>, user: UserId, id: TradingId) -> Result<Locators, StoreError> {
    let logs = "SELECT id FROM trading_logs WHERE trading_id = $1";
    let logs: HashSet<_> = tx.query(logs, params![id.0], |row| row.int(0))?.into_iter().collect();
    let mut entries = Locators::default();
    for kind in [locator_kind::KEY, locator_kind::REVERSAL] {
        let of_user = locator::entries(tx, user.0, kind, i64::MIN..=i64::MAX)?;
        of_user
            .iter()
            .filter(|(_, log)| logs.contains(log))
            .for_each(|(key, _)| entries.ask(user.0, kind, *key));
    }
    let fills = locator::entries(tx, id.0, locator_kind::FILL, i64::MIN..=i64::MAX)?;
    fills.iter().for_each(|(key, _)| entries.ask(id.0, locator_kind::FILL, *key));
    Ok(entries)
}

fn kind(word: &str) -> Result<TradingType, StoreError> {
    TradingType::parse(word).ok_or_else(|| StoreError::Corrupt(format!("tradings.type '{word}'")))
}

fn read(row: &Row<'_>) -> Result<Trading, StoreError> {
    let status = row.text(5)?;
    Ok(Trading {
        id: TradingId(row.int(0)?),
        user: UserId(row.int(1)?),
        binding: ExchangeBindingId(row.int(2)?),
        name: row.text(3)?,
        kind: kind(&row.text(4)?)?,
        status: TradingStatus::parse(&status)
            .ok_or_else(|| StoreError::Corrupt(format!("tradings.status '{status}'")))?,
        info: row.text(6)?,
        created_at: Timestamp::from_micros(row.int(7)?),
        updated_at: Timestamp::from_micros(row.int(8)?),
        deleted_at: row.opt_int(9)?.map(Timestamp::from_micros),
    })
}
