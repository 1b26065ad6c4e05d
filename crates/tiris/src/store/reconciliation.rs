//! Amounts that no entry explains, each with a cause and the smallest entry that would mend it.

use crate::domain::ids::{ExchangeBindingId, ReconciliationId, SubAccountId, TradingLogId};
use kernel::{AssetCode, Timestamp, UserId};
use store::{Row, StoreError, Tx, params};

/// An item that is about to be opened.
#[derive(Debug, Clone)]
pub struct NewItem {
    /// The number.
    pub id: ReconciliationId,
    /// Whose.
    pub user: UserId,
    /// At which exchange.
    pub binding: Option<ExchangeBindingId>,
    /// In which sub-account.
    pub sub_account: Option<SubAccountId>,
    /// In what.
    pub asset: AssetCode,
    /// Units that are there and not in the ledger; below 0 the other way round.
    pub amount: i64,
    /// missed_event, fee_in_other_coin, manual_trade or rounding.
    pub cause: &'static str,
    /// The smallest entry that would mend it, a JSON object.
    pub proposal: String,
    /// What led to it, a JSON object.
    pub info: String,
}

/// Opens an item.
pub fn insert(tx: &mut Tx<'_>, item: &NewItem, now: Timestamp) -> Result<(), StoreError> {
    let sql = "INSERT INTO reconciliation_items (id, user_id, binding_id, sub_account_id, asset, amount, cause, status, proposal,
                 info, found_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9, $10)";
    let row = params![
        item.id.0,
        item.user.0,
        item.binding.map(|binding| binding.0),
        item.sub_account.map(|account| account.0),
        item.asset.as_str(),
        item.amount,
        item.cause,
        item.proposal.as_str(),
        item.info.as_str(),
        now
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// An item as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The number.
    pub id: ReconciliationId,
    /// At which exchange.
    pub binding: Option<ExchangeBindingId>,
    /// In which sub-account.
    pub sub_account: Option<SubAccountId>,
    /// In what.
    pub asset: String,
    /// Units.
    pub amount: i64,
    /// Why.
    pub cause: String,
    /// open, resolved or dismissed.
    pub status: String,
    /// What would mend it.
    pub proposal: String,
    /// What led to it.
    pub info: String,
    /// When it was found.
    pub found_at: Timestamp,
    /// When it was settled.
    pub resolved_at: Option<Timestamp>,
    /// The log that mended it.
    pub log: Option<TradingLogId>,
}

macro_rules! columns {
    () => {
        "id, binding_id, sub_account_id, asset, amount, cause, status, proposal, info, found_at, resolved_at, log_id"
    };
}

/// A page of a user's items, newest first; of one status where it is named.
pub fn of_user(
    tx: &mut Tx<'_>,
    user: UserId,
    status: Option<&str>,
    (limit, offset): (i64, i64),
) -> Result<Vec<Item>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM reconciliation_items WHERE user_id = $1 AND (CAST($2 AS TEXT) IS NULL OR status = $2)
          ORDER BY id DESC LIMIT $3 OFFSET $4"
    );
    tx.query(sql, params![user.0, status, limit, offset], read)
}

/// How many items of a user's there are.
pub fn count(tx: &mut Tx<'_>, user: UserId, status: Option<&str>) -> Result<i64, StoreError> {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM reconciliation_items
               WHERE user_id = $1 AND (CAST($2 AS TEXT) IS NULL OR status = $2)";
    tx.query_one(sql, params![user.0, status], |row| row.int(0))
}

/// A user's item.
pub fn find(tx: &mut Tx<'_>, user: UserId, id: ReconciliationId) -> Result<Option<Item>, StoreError> {
    let sql = concat!("SELECT ", columns!(), " FROM reconciliation_items WHERE id = $1 AND user_id = $2");
    tx.query_opt(sql, params![id.0, user.0], read)
}

/// The open items of a binding.
pub fn open_of(tx: &mut Tx<'_>, user: UserId, binding: ExchangeBindingId) -> Result<Vec<Item>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM reconciliation_items WHERE user_id = $1 AND binding_id = $2 AND status = 'open' ORDER BY id"
    );
    tx.query(sql, params![user.0, binding.0], read)
}

/// What an open item says now.
pub fn restate(tx: &mut Tx<'_>, id: ReconciliationId, item: &NewItem) -> Result<(), StoreError> {
    let sql = "UPDATE reconciliation_items SET amount = $2, cause = $3, proposal = $4, info = $5, sub_account_id = $6
               WHERE id = $1 AND status = 'open'";
    let account = item.sub_account.map(|account| account.0);
    let row = params![id.0, item.amount, item.cause, item.proposal.as_str(), item.info.as_str(), account];
    tx.execute(sql, row)?;
    Ok(())
}

/// How an item ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settlement {
    /// `resolved` or `dismissed`.
    pub status: &'static str,
    /// Who ended it; none: it was gone when the wallet was asked again.
    pub by: Option<UserId>,
    /// The log that mended it.
    pub log: Option<TradingLogId>,
}

/// Ends an open item; false where it is not open.
pub fn settle(
    tx: &mut Tx<'_>,
    id: ReconciliationId,
    how: Settlement,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "UPDATE reconciliation_items SET status = $2, resolved_at = $3, resolved_by = $4, log_id = $5
               WHERE id = $1 AND status = 'open'";
    let row = params![id.0, how.status, now, how.by.map(|user| user.0), how.log.map(|log| log.0)];
    Ok(tx.execute(sql, row)? == 1)
}

/// Whether an event of a user's bots waits for another try, or was given up.
pub fn has_open_events(tx: &mut Tx<'_>, user: UserId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM inbound_events WHERE owner = $1 AND status IN ('waiting', 'dead') LIMIT 1";
    Ok(tx.query_opt(sql, params![user.0], |_| Ok(()))?.is_some())
}

fn read(row: &Row<'_>) -> Result<Item, StoreError> {
    Ok(Item {
        id: ReconciliationId(row.int(0)?),
        binding: row.opt_int(1)?.map(ExchangeBindingId),
        sub_account: row.opt_int(2)?.map(SubAccountId),
        asset: row.text(3)?,
        amount: row.int(4)?,
        cause: row.text(5)?,
        status: row.text(6)?,
        proposal: row.text(7)?,
        info: row.text(8)?,
        found_at: Timestamp::from_micros(row.int(9)?),
        resolved_at: row.opt_int(10)?.map(Timestamp::from_micros),
        log: row.opt_int(11)?.map(TradingLogId),
    })
}
