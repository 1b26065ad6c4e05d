//! How the stall's money lies in the ledger: codes of accounts and transfers, kinds of locators.

/// Codes of accounts.
pub mod account_code {
    /// What is free in a sub-account.
    pub const SUB_ACCOUNT: i64 = 1;
    /// What is locked in it.
    pub const LOCKED: i64 = 2;
    /// The contra side of all of a user's sub-accounts in one asset; may go below zero by as much as ever came in.
    pub const OUTSIDE: i64 = 3;
}

/// Codes of transfers.
pub mod transfer_code {
    /// A leg of a log that moves money.
    pub const LEG: i64 = 1;
    /// Free money is locked.
    pub const LOCK: i64 = 2;
    /// Locked money is free again.
    pub const UNLOCK: i64 = 3;
    /// What a simulated trading held when it was deleted.
    pub const CLOSE: i64 = 4;
}

/// Kinds of locators.
pub mod locator_kind {
    /// (user, hash of the Idempotency-Key) to the log.
    pub const KEY: i64 = 1;
    /// (trading, hash of order and fill) to the log that posted it.
    pub const FILL: i64 = 2;
    /// (user, log) to the log that reverses it.
    pub const REVERSAL: i64 = 3;
    /// A user's number of logs.
    pub const LOG_SEQUENCE: i64 = 4;
    /// A user's number of transactions.
    pub const TRANSACTION_SEQUENCE: i64 = 5;
    /// How many of a user's logs were deleted.
    pub const LOGS_REMOVED: i64 = 6;
    /// How many of a user's transactions went with a simulated trading.
    pub const TRANSACTIONS_REMOVED: i64 = 7;
}
