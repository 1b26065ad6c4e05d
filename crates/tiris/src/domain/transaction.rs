//! A transaction: one change of one sub-account's balance, as users read it. The ledger's transfer has the same number.

use super::ids::{SubAccountId, TradingId, TradingLogId, TransactionId};
use kernel::{AssetCode, Timestamp, UserId};

/// Whether money came or left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// It came.
    Credit,
    /// It left.
    Debit,
}

impl Direction {
    /// As written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credit => "credit",
            Self::Debit => "debit",
        }
    }

    /// The direction of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "credit" => Some(Self::Credit),
            "debit" => Some(Self::Debit),
            _ => None,
        }
    }

    /// The other one.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Credit => Self::Debit,
            Self::Debit => Self::Credit,
        }
    }

    /// `amount` with the sign that it has in a sum.
    #[must_use]
    pub const fn signed(self, amount: i64) -> i64 {
        match self {
            Self::Credit => amount,
            Self::Debit => -amount,
        }
    }
}

/// One change of a balance, written once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// Its number, and its transfer's.
    pub id: TransactionId,
    /// Whose.
    pub user: UserId,
    /// The how manieth of the user's, from 1.
    pub seq: i64,
    /// Of which trading.
    pub trading: TradingId,
    /// Whose balance.
    pub sub_account: SubAccountId,
    /// Its cause.
    pub log: TradingLogId,
    /// When it was written.
    pub timestamp: Timestamp,
    /// When it happened.
    pub event_time: Timestamp,
    /// Came or left.
    pub direction: Direction,
    /// Why.
    pub reason: String,
    /// How much, units; more than 0.
    pub amount: i64,
    /// What lay in the sub-account after it, units, locked money counted.
    pub closing_balance: i64,
    /// The price of the trade, units of the quote.
    pub price: Option<i64>,
    /// In what the price is.
    pub quote: Option<AssetCode>,
    /// Whether it happened before one that was written earlier.
    pub is_late: bool,
    /// The sum of all that are not late, up to this one.
    pub event_balance: i64,
}

impl Transaction {
    /// The amount with its sign.
    #[must_use]
    pub const fn signed(&self) -> i64 {
        self.direction.signed(self.amount)
    }
}
