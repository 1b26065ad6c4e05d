//! A sub-account: a slice of an exchange account in one asset, and how it lies in the ledger.

use super::ids::{SubAccountId, TradingId};
use super::money::account_code;
use kernel::{AssetCode, Timestamp, UserId};
use ledger::Account;
use ledger::rules::State;

/// A sub-account as it is stored. Its money is in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubAccount {
    /// Its number, and that of the ledger account of what is free in it.
    pub id: SubAccountId,
    /// Whose.
    pub user: UserId,
    /// Of which trading.
    pub trading: TradingId,
    /// Unique among the trading's live ones.
    pub name: String,
    /// What it holds.
    pub symbol: AssetCode,
    /// The ledger account of what is locked in it.
    pub locked_account: i64,
    /// The ledger account of its contra side.
    pub outside_account: i64,
    /// A JSON object, as it was sent.
    pub info: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was deleted; its history stays.
    pub deleted_at: Option<Timestamp>,
}

/// What lies in a sub-account, units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Holdings {
    /// May leave.
    pub free: i64,
    /// Set aside for orders.
    pub locked: i64,
}

impl Holdings {
    /// All of it.
    #[must_use]
    pub const fn balance(self) -> i64 {
        self.free + self.locked
    }
}

/// Reads a symbol: 1 to 20 letters or digits, kept in upper case.
#[must_use]
pub fn symbol(text: &str) -> Option<AssetCode> {
    AssetCode::new(&text.trim().to_ascii_uppercase())
}

impl SubAccount {
    /// Its three ledger accounts, by number: free, locked, outside.
    #[must_use]
    pub const fn accounts(&self) -> [i64; 3] {
        [self.id.0, self.locked_account, self.outside_account]
    }

    /// What lies in it. An account that nothing ever came to is in no ledger yet.
    #[must_use]
    pub fn holdings(&self, ledger: &State) -> Holdings {
        let posted = |id| ledger.account(id).map_or(0, |account| account.balances.posted());
        Holdings { free: posted(self.id.0), locked: posted(self.locked_account) }
    }

    /// Opens those of its ledger accounts that are not there yet.
    pub fn open(&self, ledger: &mut State) {
        let account = |id, code| Account::new(id, self.symbol, code, self.user.0, self.id.0);
        ledger.open(account(self.id.0, account_code::SUB_ACCOUNT).with_floor(0));
        ledger.open(account(self.locked_account, account_code::LOCKED).with_floor(0));
        let outside = Account { scope: 0, ..account(self.outside_account, account_code::OUTSIDE) };
        ledger.open(outside);
    }
}
