//! A transfer: asked for, and as it is recorded for ever.

use kernel::Timestamp;

/// What a transfer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransferKind {
    /// Moves the amount at once.
    Single,
    /// Reserves the amount until it is posted or voided; after `expires_at` it can only be voided.
    Pending {
        /// The time-out.
        expires_at: Timestamp,
    },
    /// Moves the amount of pending transfer `pending`, or less; what is less goes back.
    Post {
        /// The pending transfer.
        pending: i64,
    },
    /// Gives the whole amount of pending transfer `pending` back.
    Void {
        /// The pending transfer.
        pending: i64,
    },
}

/// A transfer as asked for. The caller names it: repeating it changes nothing and answers the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Transfer {
    /// The caller's name for it, unique for ever.
    pub id: i64,
    /// Where the units leave.
    pub debit: i64,
    /// Where they arrive.
    pub credit: i64,
    /// How many minor units, more than 0.
    pub amount: i64,
    /// What it does.
    pub kind: TransferKind,
    /// Why, a number the stall documents.
    pub code: i64,
}

impl Transfer {
    /// Moves `amount` at once.
    #[must_use]
    pub const fn single(id: i64, debit: i64, credit: i64, amount: i64, code: i64) -> Self {
        Self { id, debit, credit, amount, kind: TransferKind::Single, code }
    }

    /// Reserves `amount` until `expires_at`.
    #[must_use]
    pub const fn pending(
        id: i64,
        (debit, credit): (i64, i64),
        amount: i64,
        expires_at: Timestamp,
        code: i64,
    ) -> Self {
        Self { id, debit, credit, amount, kind: TransferKind::Pending { expires_at }, code }
    }

    /// Moves all that `hold` reserves.
    #[must_use]
    pub const fn post(id: i64, hold: &Hold, code: i64) -> Self {
        let kind = TransferKind::Post { pending: hold.id };
        Self { id, debit: hold.debit, credit: hold.credit, amount: hold.amount, kind, code }
    }

    /// Gives back all that `hold` reserves.
    #[must_use]
    pub const fn void(id: i64, hold: &Hold, code: i64) -> Self {
        let kind = TransferKind::Void { pending: hold.id };
        Self { id, debit: hold.debit, credit: hold.credit, amount: hold.amount, kind, code }
    }
}

/// A pending transfer that is neither posted nor voided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hold {
    /// The pending transfer's id.
    pub id: i64,
    /// Where the units would leave.
    pub debit: i64,
    /// Where they would arrive.
    pub credit: i64,
    /// How many.
    pub amount: i64,
    /// From this moment on it can only be voided.
    pub expires_at: Timestamp,
}

/// One account right after a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct After {
    /// Credits minus debits posted.
    pub posted: i64,
    /// Credits minus debits pending.
    pub pending: i64,
}

/// A transfer as it happened. Written once, never changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Recorded {
    /// What was asked.
    pub transfer: Transfer,
    /// When.
    pub at: Timestamp,
    /// The debit account right after it.
    pub debit_after: After,
    /// The credit account right after it.
    pub credit_after: After,
}
