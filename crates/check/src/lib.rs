//! `fairground check`: proves from the raw tables that the books are right, also while a server writes.
//!
//! It shares no code with what it checks: its own SQL, its own replay, its own idea of every rule. One read snapshot,
//! one pass over each table, memory for accounts and pending transfers only.
//!
//! What holds of every ledger is here and knows no stall. What a stall adds is its folder and its row in `stalls.rs`: an
//! [`Observer`](observer::Observer) that sees every transfer while it is replayed and has claims of its own when all are, and the
//! tables that its dump writes. A stall without a row is checked and dumped as a ledger.
//!
//! To add an invariant: a [`claim::Claim`] in the file of its noun, and a corruption in `tests` that makes it, and it alone, fail.

mod accounts;
mod audit;
mod claim;
mod command;
mod dump;
mod fault;
mod fingerprint;
mod funpot;
mod id_index;
mod ledger;
mod locators;
mod observer;
mod pendings;
mod replay;
mod rush;
mod seal;
mod source;
mod stalls;
mod tap;
mod tiris;
mod transfer;

#[cfg(test)]
mod tests;

pub use claim::ClaimResult;
pub use command::{as_json, run};
pub use dump::dump;
pub use fault::CheckFault;
pub use source::Target;

use source::Source;

/// Checks every invariant of the database at `target`: the ledger's, and those of the stall of that name if it has any.
/// It runs on a thread of its own that nobody waits for: it only reads, so a server that ends may leave it in its middle.
///
/// Errors: the database cannot be opened or read, or holds no ledger.
pub async fn check(stall: &str, target: Target) -> Result<Vec<ClaimResult>, CheckFault> {
    let stall = stall.to_owned();
    let work = move || check_source(&stall, &mut Source::open(&target)?);
    let (sender, receiver) = tokio::sync::oneshot::channel();
    // The caller may be gone by then.
    std::thread::spawn(move || sender.send(work()).map_err(drop));
    receiver.await.map_err(|_| CheckFault::Broken("its thread panicked".to_owned()))?
}

/// Every claim about the tables in `source`: first the ledger's, then the stall's.
fn check_source(stall: &str, source: &mut Source) -> Result<Vec<ClaimResult>, CheckFault> {
    if !source.has_table("transfers")? {
        return Err(CheckFault::NoLedger);
    }
    let mut observer = stalls::observer(stall);
    let accounts = accounts::read(source)?;
    let (ledger, of_transfers) = replay::replay(source, accounts, observer.as_mut())?;
    let mut claims = accounts::compare(source, &ledger.accounts)?;
    claims.extend(of_transfers);
    claims.extend(audit::claims(source)?);
    claims.extend(locators::claim(source)?);
    claims.extend(observer.claims(source, &ledger)?);
    Ok(claims.into_iter().map(claim::Claim::into_result).collect())
}
