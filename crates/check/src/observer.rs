//! What a stall adds to the check of its ledger: an observer of the replay, and tables for the dump.

use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::ledger::Ledger;
use crate::source::Source;
use crate::transfer::{Ends, Transfer};

/// Sees every transfer once, in the order in which it is replayed, and has claims when all are. What it must know of each
/// account or pending transfer it keeps in lists of its own by the indexes that it is given: there may be millions.
pub(crate) trait Observer {
    /// A transfer that moved at once.
    fn single(&mut self, _transfer: &Transfer, _ends: Ends) {}

    /// A pending transfer. They come in the order of their indexes: 0, 1, 2 …
    fn pending(&mut self, _transfer: &Transfer, _ends: Ends) {}

    /// The first post or void of the pending transfer of that index.
    fn resolved(&mut self, _pending: usize, _transfer: &Transfer) {}

    /// The stall's claims about its tables, in the order in which they are printed.
    ///
    /// Errors: a table cannot be read.
    fn claims(self: Box<Self>, source: &mut Source, ledger: &Ledger) -> Result<Vec<Claim>, CheckFault>;
}

/// A table that a dump writes, and the word in the `type` of each of its lines.
pub(crate) type DumpedTable = (&'static str, &'static str);

/// What a stall adds.
pub(crate) struct StallChecks {
    /// As in the configuration.
    pub(crate) name: &'static str,
    /// Makes a new observer for one check.
    pub(crate) observer: fn() -> Box<dyn Observer>,
    /// Its tables in the dump, in their order. One that is not there is left out.
    pub(crate) dumped: &'static [DumpedTable],
}

/// The observer of a stall that adds nothing.
pub(crate) struct LedgerOnly;

impl Observer for LedgerOnly {
    fn claims(self: Box<Self>, _source: &mut Source, _ledger: &Ledger) -> Result<Vec<Claim>, CheckFault> {
        Ok(Vec::new())
    }
}
