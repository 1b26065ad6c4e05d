//! A row of the transfers, and between which accounts it moves.

use crate::fault::CheckFault;
use crate::source::Row;

/// Kinds, as written in tables.
pub(crate) const SINGLE: i64 = 1;
pub(crate) const PENDING: i64 = 2;
pub(crate) const POST: i64 = 3;
pub(crate) const VOID: i64 = 4;

/// What [`Transfer::read`] reads, in the order of its replay.
pub(crate) const SELECT: &str = "SELECT id, kind, debit, credit, amount, pending_id, expires_at, code, at,
     debit_posted_after, debit_pending_after, credit_posted_after, credit_pending_after FROM transfers ORDER BY id";

/// A row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Transfer {
    pub(crate) id: i64,
    pub(crate) kind: i64,
    /// Ids of accounts.
    pub(crate) debit: i64,
    pub(crate) credit: i64,
    pub(crate) amount: i64,
    /// Of a post or void, what it resolves.
    pub(crate) pending_id: Option<i64>,
    /// Of a pending transfer, microseconds.
    pub(crate) expires_at: Option<i64>,
    /// What the stall moved it for.
    pub(crate) code: i64,
    /// Microseconds.
    pub(crate) at: i64,
    /// Posted and pending balance of both accounts after it.
    pub(crate) debit_after: [i64; 2],
    pub(crate) credit_after: [i64; 2],
}

/// Both ends of a transfer, as indexes of accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Ends {
    pub(crate) debit: u32,
    pub(crate) credit: u32,
}

impl Transfer {
    pub(crate) fn read(row: &Row<'_>) -> Result<Self, CheckFault> {
        Ok(Self {
            id: row.int(0)?,
            kind: row.int(1)?,
            debit: row.int(2)?,
            credit: row.int(3)?,
            amount: row.int(4)?,
            pending_id: row.opt_int(5)?,
            expires_at: row.opt_int(6)?,
            code: row.int(7)?,
            at: row.int(8)?,
            debit_after: [row.int(9)?, row.int(10)?],
            credit_after: [row.int(11)?, row.int(12)?],
        })
    }

    /// Whether the columns fit the kind.
    pub(crate) fn is_formed(&self) -> bool {
        let is_shaped = match (self.kind, self.pending_id, self.expires_at) {
            (SINGLE, None, None) | (POST | VOID, Some(_), None) => true,
            (PENDING, None, Some(expires_at)) => expires_at > self.at,
            _ => false,
        };
        is_shaped && self.amount > 0 && self.debit != self.credit
    }
}
