//! The replayed ledger: every account with what its transfers add up to, every pending transfer with what became of it.

use crate::accounts::Accounts;
use crate::pendings::Pendings;

/// All that the replay keeps.
pub(crate) struct Ledger {
    pub(crate) accounts: Accounts,
    pub(crate) pendings: Pendings,
}
