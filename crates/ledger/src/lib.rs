//! The double-entry ledger: accounts with floor and ceiling, transfers that are pending, posted or voided.
//!
//! `rules` decides and is pure: values in, values out, no I/O, no clock, no chance. `book` brings rows to the rules and
//! their result back: `Book::load(tx, ids) -> book.transfer(..)* -> book.save(tx)` serves one command or five hundred.
//!
//! What never happens: a transfer that changes after it was written; an account beyond its floor or ceiling, pending
//! amounts counted; a balance that is not the sum of its transfers. `fairground check` proves it from the raw tables.

pub mod book;
pub mod cash;
pub mod rules;
pub mod seal;

pub use book::{Book, MIGRATIONS, holds_due};
pub use rules::{
    Account, Balances, Declined, Hold, LedgerFault, LinkedRefusal, Recorded, Transfer, TransferKind,
    TransferRefusal,
};
