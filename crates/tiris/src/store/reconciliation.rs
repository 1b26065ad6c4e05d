//! Amounts that no entry explains, each with a cause and the smallest entry that would mend it.

use crate::domain::ids::{ExchangeBindingId, ReconciliationId, SubAccountId};
use kernel::{AssetCode, Timestamp, UserId};
use store::{StoreError, Tx, params};

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
    /// When it was found.
    pub found_at: Timestamp,
}

/// A user's items, newest first.
pub fn of_user(tx: &mut Tx<'_>, user: UserId, limit: i64) -> Result<Vec<Item>, StoreError> {
    let sql = "SELECT id, sub_account_id, asset, amount, cause, status, proposal, found_at FROM reconciliation_items
               WHERE user_id = $1 ORDER BY id DESC LIMIT $2";
    tx.query(sql, params![user.0, limit], |row| {
        Ok(Item {
            id: ReconciliationId(row.int(0)?),
            sub_account: row.opt_int(1)?.map(SubAccountId),
            asset: row.text(2)?,
            amount: row.int(3)?,
            cause: row.text(4)?,
            status: row.text(5)?,
            proposal: row.text(6)?,
            found_at: Timestamp::from_micros(row.int(7)?),
        })
    })
}
