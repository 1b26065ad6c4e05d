//! The pure rules of the ledger. To add a rule: a variant in `refusal`, a guard at its place in `guard`, a line in the
//! oracle of `tests/histories.rs`.

mod account;
mod apply;
mod by_id;
pub mod cash;
mod declined;
mod guard;
mod refusal;
mod state;
mod transfer;

pub use account::{Account, Balances};
pub use declined::{Declined, LedgerFault};
pub use refusal::{LinkedRefusal, TransferRefusal};
pub use state::{Pending, State};
pub use transfer::{After, Hold, Recorded, Transfer, TransferKind};
