//! Sub-accounts in rows. What lies in them is the ledger's.

use crate::domain::ids::{SubAccountId, TradingId};
use crate::domain::sub_account::{Holdings, SubAccount};
use kernel::{AssetCode, Timestamp, UserId};
use store::{BulkSql, Column, Row, StoreError, Tx, params};

macro_rules! columns {
    () => {
        "id, user_id, trading_id, name, symbol, locked_id, outside_id, info, created_at, updated_at, deleted_at"
    };
}

/// The row, and what lies in its two accounts.
macro_rules! with_holdings {
    ($rest:literal) => {
        concat!(
            "SELECT s.id, s.user_id, s.trading_id, s.name, s.symbol, s.locked_id, s.outside_id, s.info, s.created_at,
               s.updated_at, s.deleted_at, COALESCE(f.credits_posted - f.debits_posted, 0),
               COALESCE(l.credits_posted - l.debits_posted, 0)
             FROM sub_accounts s LEFT JOIN accounts f ON f.id = s.id LEFT JOIN accounts l ON l.id = s.locked_id WHERE ",
            $rest
        )
    };
}

const BY_ID: BulkSql = BulkSql {
    sqlite: concat!("SELECT ", columns!(), " FROM sub_accounts WHERE id = $1"),
    postgres: concat!(
        "SELECT u.at, s.* FROM UNNEST($1::bigint[]) WITH ORDINALITY AS u(id, at)
         CROSS JOIN LATERAL (SELECT ",
        columns!(),
        " FROM sub_accounts WHERE id = u.id OFFSET 0) s"
    ),
};

/// A sub-account with what lies in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The row.
    pub account: SubAccount,
    /// What lies in it.
    pub holdings: Holdings,
}

/// Inserts a sub-account. Errors: `Unique` where its trading has a live one of this name.
pub fn insert(tx: &mut Tx<'_>, account: &SubAccount) -> Result<(), StoreError> {
    let sql = concat!(
        "INSERT INTO sub_accounts (",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
    );
    let fields = params![
        account.id.0,
        account.user.0,
        account.trading.0,
        &account.name,
        account.symbol.as_str(),
        account.locked_account,
        account.outside_account,
        &account.info,
        account.created_at,
        account.updated_at,
        account.deleted_at,
    ];
    tx.execute(sql, fields)?;
    Ok(())
}

/// Writes what may change of a sub-account. Errors: `Unique` where the name is another's.
pub fn update(tx: &mut Tx<'_>, account: &SubAccount) -> Result<(), StoreError> {
    let sql = "UPDATE sub_accounts SET name = $2, symbol = $3, outside_id = $4, info = $5, updated_at = $6, deleted_at = $7
               WHERE id = $1";
    let fields = params![
        account.id.0,
        &account.name,
        account.symbol.as_str(),
        account.outside_account,
        &account.info,
        account.updated_at,
        account.deleted_at,
    ];
    tx.execute(sql, fields)?;
    Ok(())
}

/// The ledger account of a user's contra side in one asset, where there is one.
pub fn outside_account(tx: &mut Tx<'_>, user: UserId, symbol: AssetCode) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT outside_id FROM sub_accounts WHERE user_id = $1 AND symbol = $2 ORDER BY id LIMIT 1";
    tx.query_opt(sql, params![user.0, symbol.as_str()], |row| row.int(0))
}

/// The sub-accounts of these numbers, deleted ones too; unknown numbers are left out.
pub fn by_ids(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<SubAccount>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    tx.bulk_query(BY_ID, &[Column::Int(ids)], |_, row, first| {
        found.push(read(row, first)?);
        Ok(())
    })?;
    Ok(found)
}

/// The live sub-account of this number.
pub fn find(tx: &mut Tx<'_>, id: SubAccountId) -> Result<Option<Held>, StoreError> {
    tx.query_opt(with_holdings!("s.id = $1 AND s.deleted_at IS NULL"), params![id.0], held)
}

/// The live sub-accounts of a user, newest first.
pub fn of_user(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Held>, StoreError> {
    let sql = with_holdings!("s.user_id = $1 AND s.deleted_at IS NULL ORDER BY s.id DESC");
    tx.query(sql, params![user.0], held)
}

/// The live sub-accounts of a trading, newest first.
pub fn of_trading(tx: &mut Tx<'_>, trading: TradingId) -> Result<Vec<Held>, StoreError> {
    let sql = with_holdings!("s.trading_id = $1 AND s.deleted_at IS NULL ORDER BY s.id DESC");
    tx.query(sql, params![trading.0], held)
}

/// The live sub-accounts of a user that hold one asset, newest first.
pub fn of_symbol(tx: &mut Tx<'_>, user: UserId, symbol: AssetCode) -> Result<Vec<Held>, StoreError> {
    let sql = with_holdings!("s.user_id = $1 AND s.symbol = $2 AND s.deleted_at IS NULL ORDER BY s.id DESC");
    tx.query(sql, params![user.0, symbol.as_str()], held)
}

/// Whether anything was ever posted to it.
pub fn has_history(tx: &mut Tx<'_>, id: SubAccountId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM accounts WHERE id = $1";
    Ok(tx.query_opt(sql, params![id.0], |row| row.int(0))?.is_some())
}

/// Marks every live sub-account of a trading as deleted.
pub fn delete_of_trading(tx: &mut Tx<'_>, trading: TradingId, at: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE sub_accounts SET deleted_at = $2, updated_at = $2 WHERE trading_id = $1 AND deleted_at IS NULL";
    tx.execute(sql, params![trading.0, at])?;
    Ok(())
}

fn held(row: &Row<'_>) -> Result<Held, StoreError> {
    let holdings = Holdings { free: row.int(11)?, locked: row.int(12)? };
    Ok(Held { account: read(row, 0)?, holdings })
}

fn read(row: &Row<'_>, first: usize) -> Result<SubAccount, StoreError> {
    let symbol = row.text(first + 4)?;
    Ok(SubAccount {
        id: SubAccountId(row.int(first)?),
        user: UserId(row.int(first + 1)?),
        trading: TradingId(row.int(first + 2)?),
        name: row.text(first + 3)?,
        symbol: AssetCode::new(&symbol)
            .ok_or_else(|| StoreError::Corrupt(format!("sub_accounts.symbol '{symbol}'")))?,
        locked_account: row.int(first + 5)?,
        outside_account: row.int(first + 6)?,
        info: row.text(first + 7)?,
        created_at: Timestamp::from_micros(row.int(first + 8)?),
        updated_at: Timestamp::from_micros(row.int(first + 9)?),
        deleted_at: row.opt_int(first + 10)?.map(Timestamp::from_micros),
    })
}
