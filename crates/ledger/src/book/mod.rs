//! A book: the rows that a decision needs, the pure rules over them, and the rows that it changed.

mod load;
pub(crate) mod rows;
mod save;

use crate::rules::{Account, LedgerFault, LinkedRefusal, Recorded, State, Transfer, TransferRefusal};
use kernel::Timestamp;
pub use load::holds_due;
use store::{MigrationSet, StoreError};

/// The ledger's tables.
pub const MIGRATIONS: MigrationSet = store::migration_set!(
    "ledger",
    "0001_accounts",
    "0002_transfers",
    "0003_holds",
    "0004_holds_by_time",
    "0006_sealed_blocks"
);

/// A part of the ledger in hand, inside one transaction.
#[derive(Debug, Default)]
pub struct Book {
    state: State,
}

impl Book {
    /// An empty book.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The account, if it was loaded or opened.
    #[must_use]
    pub fn account(&self, id: i64) -> Option<&Account> {
        self.state.account(id)
    }

    /// What the rules see.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The rules, for a pure decision over what is in hand.
    pub fn rules(&mut self) -> &mut State {
        &mut self.state
    }

    /// Opens an account. False: the id is taken.
    pub fn open(&mut self, account: Account) -> bool {
        self.state.open(account)
    }

    /// See [`State::set_ceiling`].
    pub fn set_ceiling(&mut self, id: i64, ceiling: i64) {
        self.state.set_ceiling(id, ceiling);
    }

    /// See [`State::transfer`].
    pub fn transfer(&mut self, transfer: &Transfer, now: Timestamp) -> Result<Recorded, TransferRefusal> {
        self.state.transfer(transfer, now)
    }

    /// See [`State::open_and_transfer`].
    pub fn open_and_transfer(
        &mut self,
        account: Account,
        transfer: &Transfer,
        now: Timestamp,
    ) -> Result<Recorded, TransferRefusal> {
        self.state.open_and_transfer(account, transfer, now)
    }

    /// See [`State::linked`].
    pub fn linked(&mut self, chain: &[Transfer], now: Timestamp) -> Result<Vec<Recorded>, LinkedRefusal> {
        self.state.linked(chain, now)
    }
}

impl From<LedgerFault> for StoreError {
    fn from(fault: LedgerFault) -> Self {
        Self::Corrupt(fault.to_string())
    }
}
