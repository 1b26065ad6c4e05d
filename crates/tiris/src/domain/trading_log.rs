//! A trading log as it is stored: what somebody reported, and what it moved.

use super::ids::{SubAccountId, TradingId, TradingLogId, TransactionId};
use super::log_type::Source;
use kernel::{Timestamp, UserId};

/// One log; one atomic unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TradingLog {
    /// Its number.
    pub id: TradingLogId,
    /// Whose.
    pub user: UserId,
    /// The how manieth of the user's, from 1.
    pub seq: i64,
    /// Of which trading.
    pub trading: TradingId,
    /// About which sub-account, where it is about one.
    pub sub_account: Option<SubAccountId>,
    /// The transaction it stands for: of a trade, the currency leg.
    pub transaction: Option<TransactionId>,
    /// When it was written.
    pub timestamp: Timestamp,
    /// When it happened, where the writer said so.
    pub event_time: Option<Timestamp>,
    /// What kind, in the writer's word.
    pub kind: String,
    /// Who wrote it.
    pub source: Source,
    /// For people.
    pub message: String,
    /// A JSON object: the writer's, with what we added.
    pub info: String,
    /// How many transactions it has; 0 for an informational one.
    pub transactions: i64,
    /// The log whose money it moves back.
    pub reverses: Option<TradingLogId>,
    /// Hash of the request that wrote it.
    pub request_hash: i64,
}

impl TradingLog {
    /// When it happened: as said, else when it was written.
    #[must_use]
    pub fn happened_at(&self) -> Timestamp {
        self.event_time.unwrap_or(self.timestamp)
    }
}
