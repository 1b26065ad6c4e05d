//! Cash: money that comes in and goes out through the hands of people or of a payment provider.
//!
//! A deposit is recorded once for its key, and moves money from the stall's cash account to its owner. A withdrawal is a pending
//! transfer the other way: the money is held from the moment it is asked for, and somebody approves it (the transfer is
//! posted) or rejects it (it is voided), once. Rows keep what people must know of both; their numbers are their transfers'.
//!
//! The stall gives account numbers, accounts and transfer codes with [`Cash`]. Whoever decides holds the lock of its
//! accounts first (`Book::load`): two requests of one key then come one after the other.

pub mod deposits;
pub mod withdrawals;

pub use crate::rules::cash::{
    Cash, Decision, Insufficient, Resolution, State as WithdrawalState, WasDecided, may_decide,
};
pub use deposits::Deposit;
use store::MigrationSet;
pub use withdrawals::Withdrawal;

/// The tables of deposits and withdrawals.
pub const MIGRATIONS: MigrationSet = store::migration_set!("cash", "0005_cash");
