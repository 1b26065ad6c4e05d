//! A trading's journal in the order of events, each entry with its asset and the type of its log: what gains and curves read.

use crate::domain::ids::{SubAccountId, TradingId, TradingLogId, TransactionId};
use crate::domain::transaction::Direction;
use kernel::{AssetCode, Timestamp, UserId};
use std::collections::HashSet;
use store::{StoreError, Tx, params};

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// Its number.
    pub id: TransactionId,
    /// When it was written.
    pub timestamp: Timestamp,
    /// What lay in the sub-account after it, units.
    pub closing: i64,
    /// Its log.
    pub log: TradingLogId,
    /// The type of its log.
    pub log_kind: String,
    /// Whose balance.
    pub sub_account: SubAccountId,
    /// Of what.
    pub symbol: AssetCode,
    /// When it happened.
    pub event_time: Timestamp,
    /// Came or left.
    pub direction: Direction,
    /// Why.
    pub reason: String,
    /// Units.
    pub amount: i64,
    /// The price of its trade.
    pub price: Option<i64>,
    /// In what the price is.
    pub quote: Option<AssetCode>,
}

/// All entries of a trading of a user's, by when they happened, then by when they were written.
pub fn of_trading(tx: &mut Tx<'_>, user: UserId, id: TradingId) -> Result<Vec<JournalEntry>, StoreError> {
    let sql = "SELECT x.log_id, l.type, x.sub_account_id, s.symbol, x.event_time, x.direction, x.reason, x.amount, x.price,
                 x.quote_symbol, x.id, x.timestamp, x.closing_balance
               FROM transactions x JOIN sub_accounts s ON s.id = x.sub_account_id JOIN trading_logs l ON l.id = x.log_id
               WHERE x.user_id = $1 AND x.trading_id = $2 ORDER BY x.event_time, x.timestamp, x.id";
    tx.query(sql, params![user.0, id.0], |row| {
        let (symbol, direction) = (row.text(3)?, row.text(5)?);
        let asset =
            |text: &str| AssetCode::new(text).ok_or_else(|| StoreError::Corrupt(format!("asset '{text}'")));
        Ok(JournalEntry {
            id: TransactionId(row.int(10)?),
            timestamp: Timestamp::from_micros(row.int(11)?),
            closing: row.int(12)?,
            log: TradingLogId(row.int(0)?),
            log_kind: row.text(1)?,
            sub_account: SubAccountId(row.int(2)?),
            symbol: asset(&symbol)?,
            event_time: Timestamp::from_micros(row.int(4)?),
            direction: Direction::parse(&direction)
                .ok_or_else(|| StoreError::Corrupt(format!("transactions.direction '{direction}'")))?,
            reason: row.text(6)?,
            amount: row.int(7)?,
            price: row.opt_int(8)?,
            quote: row
                .opt_text(9)?
                .filter(|quote| !quote.is_empty())
                .map(|quote| asset(&quote))
                .transpose()?,
        })
    })
}

/// The logs of a trading that were reversed, and those that reverse them.
pub fn undone(tx: &mut Tx<'_>, id: TradingId) -> Result<HashSet<i64>, StoreError> {
    let sql = "SELECT id, reverses FROM trading_logs WHERE trading_id = $1 AND reverses IS NOT NULL";
    let pairs = tx.query(sql, params![id.0], |row| Ok([row.int(0)?, row.int(1)?]))?;
    Ok(pairs.into_iter().flatten().collect())
}
