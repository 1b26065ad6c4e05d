//! Why a decision over the ledger made nothing: a refusal in its stall's words, or a fault of ours.

use super::TransferRefusal;

/// The ledger refused what the guards before it rule out. Nobody is told that it was a refusal of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the ledger refused transfer {transfer}, which its guards rule out: {refusal}")]
pub struct LedgerFault {
    /// The transfer.
    pub transfer: i64,
    /// What the ledger said.
    pub refusal: TransferRefusal,
}

/// Why nothing was made, and nothing changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Declined<R> {
    /// A refusal, for the caller.
    Refused(R),
    /// A fault, for our log.
    Fault(LedgerFault),
}

impl<R> From<LedgerFault> for Declined<R> {
    fn from(fault: LedgerFault) -> Self {
        Self::Fault(fault)
    }
}
