//! Why a transfer is refused, in the order in which the guards run.

/// A refused transfer changed nothing. The first guard that says no gives the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TransferRefusal {
    /// The id was used for something else.
    #[error("a transfer with this id exists and is different")]
    ExistsWithDifferentTerms,
    /// Zero or negative.
    #[error("the amount must be positive")]
    AmountMustBePositive,
    /// Nothing would move.
    #[error("the two accounts must differ")]
    AccountsMustDiffer,
    /// No such account.
    #[error("there is no such debit account")]
    DebitAccountNotFound,
    /// No such account.
    #[error("there is no such credit account")]
    CreditAccountNotFound,
    /// Seats do not become money.
    #[error("the two accounts hold different assets")]
    AccountsHoldDifferentAssets,
    /// Post or void of something that never was.
    #[error("there is no such pending transfer")]
    PendingTransferNotFound,
    /// Posted or voided before.
    #[error("the pending transfer is already posted or voided")]
    PendingTransferAlreadyResolved,
    /// Post or void between other accounts than the pending transfer's.
    #[error("the pending transfer is between other accounts")]
    PendingTransferHasDifferentAccounts,
    /// Too late to post.
    #[error("the pending transfer has expired")]
    PendingTransferExpired,
    /// A post takes what was reserved or less; a void takes exactly it.
    #[error("the amount is not what the pending transfer reserves")]
    AmountExceedsPendingTransfer,
    /// A pending transfer that could never be posted.
    #[error("the time-out is not in the future")]
    TimeoutNotInTheFuture,
    /// A sum would leave the range of `i64`.
    #[error("a balance would overflow")]
    BalanceWouldOverflow,
    /// Not enough there.
    #[error("the debit account would fall below its floor")]
    DebitAccountWouldFallBelowItsFloor,
    /// Too much there.
    #[error("the credit account would exceed its ceiling")]
    CreditAccountWouldExceedItsCeiling,
}

/// Which transfer of a linked chain was refused, and why; none of the chain happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("transfer {index} of the chain: {refusal}")]
pub struct LinkedRefusal {
    /// Its place in the chain, from 0.
    pub index: usize,
    /// Why.
    pub refusal: TransferRefusal,
}
