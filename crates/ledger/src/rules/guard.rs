//! The guards, in their documented order. They read and never write; after the last of them nothing can fail.

use super::{Account, Balances, Hold, Pending, State, Transfer, TransferKind, TransferRefusal as Refusal};
use kernel::Timestamp;

/// What the guards found out, ready to be written.
pub(super) struct Plan {
    pub(super) debit_after: Balances,
    pub(super) credit_after: Balances,
}

/// Decides whether `transfer` may happen at `now`. Guards run in the order of [`Refusal`]'s variants.
pub(super) fn plan(state: &State, transfer: &Transfer, now: Timestamp) -> Result<Plan, Refusal> {
    if transfer.amount <= 0 {
        return Err(Refusal::AmountMustBePositive);
    }
    if transfer.debit == transfer.credit {
        return Err(Refusal::AccountsMustDiffer);
    }
    let debit = state.account(transfer.debit).ok_or(Refusal::DebitAccountNotFound)?;
    let credit = state.account(transfer.credit).ok_or(Refusal::CreditAccountNotFound)?;
    if debit.asset != credit.asset {
        return Err(Refusal::AccountsHoldDifferentAssets);
    }
    let hold = open_hold(state, transfer, now)?;
    if let TransferKind::Pending { expires_at } = transfer.kind
        && expires_at <= now
    {
        return Err(Refusal::TimeoutNotInTheFuture);
    }
    let (debit_after, credit_after) =
        moved(debit, credit, transfer, hold).ok_or(Refusal::BalanceWouldOverflow)?;
    let takes = matches!(transfer.kind, TransferKind::Single | TransferKind::Pending { .. });
    if takes && debit.floor.is_some_and(|floor| debit_after.available() < floor) {
        return Err(Refusal::DebitAccountWouldFallBelowItsFloor);
    }
    if takes && credit.ceiling.is_some_and(|ceiling| credit_after.committed() > ceiling) {
        return Err(Refusal::CreditAccountWouldExceedItsCeiling);
    }
    Ok(Plan { debit_after, credit_after })
}

/// The open hold that a post or void is about.
fn open_hold(state: &State, transfer: &Transfer, now: Timestamp) -> Result<Option<Hold>, Refusal> {
    let (pending, posts) = match transfer.kind {
        TransferKind::Single | TransferKind::Pending { .. } => return Ok(None),
        TransferKind::Post { pending } => (pending, true),
        TransferKind::Void { pending } => (pending, false),
    };
    let hold = match state.pending(pending).ok_or(Refusal::PendingTransferNotFound)? {
        Pending::Resolved => return Err(Refusal::PendingTransferAlreadyResolved),
        Pending::Open(hold) => hold,
    };
    if (hold.debit, hold.credit) != (transfer.debit, transfer.credit) {
        return Err(Refusal::PendingTransferHasDifferentAccounts);
    }
    if posts && hold.expires_at <= now {
        return Err(Refusal::PendingTransferExpired);
    }
    if transfer.amount > hold.amount || (!posts && transfer.amount != hold.amount) {
        return Err(Refusal::AmountExceedsPendingTransfer);
    }
    Ok(Some(hold))
}

/// Both accounts after the transfer; `None` where a sum, or the difference of two, would leave `i64`.
fn moved(
    debit: &Account,
    credit: &Account,
    transfer: &Transfer,
    hold: Option<Hold>,
) -> Option<(Balances, Balances)> {
    let (mut from, mut to) = (debit.balances, credit.balances);
    if let Some(hold) = hold {
        from.debits_pending = from.debits_pending.checked_sub(hold.amount)?;
        to.credits_pending = to.credits_pending.checked_sub(hold.amount)?;
    }
    match transfer.kind {
        TransferKind::Pending { .. } => {
            from.debits_pending = from.debits_pending.checked_add(transfer.amount)?;
            to.credits_pending = to.credits_pending.checked_add(transfer.amount)?;
        }
        TransferKind::Single | TransferKind::Post { .. } => {
            from.debits_posted = from.debits_posted.checked_add(transfer.amount)?;
            to.credits_posted = to.credits_posted.checked_add(transfer.amount)?;
        }
        TransferKind::Void { .. } => {}
    }
    (in_range(&from) && in_range(&to)).then_some((from, to))
}

/// Whether every figure we derive from the sums stays in `i64`: both totals of an account must.
fn in_range(balances: &Balances) -> bool {
    balances.debits_posted.checked_add(balances.debits_pending).is_some()
        && balances.credits_posted.checked_add(balances.credits_pending).is_some()
}
