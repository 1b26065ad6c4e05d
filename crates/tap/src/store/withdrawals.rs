//! Withdrawals of players: the ground's rows, whose addresses are wallets.

use crate::domain::ids::WithdrawalId;
use crate::domain::withdrawal::Withdrawal;
use kernel::{UserId, WalletAddress};
use ledger::cash;
use store::StoreError;

/// As the ground keeps it.
#[must_use]
pub fn to_row(withdrawal: &Withdrawal) -> cash::Withdrawal {
    cash::Withdrawal {
        id: withdrawal.id.0,
        user: withdrawal.user.0,
        amount: withdrawal.amount,
        address: withdrawal.address.lower().as_str().to_owned(),
        state: withdrawal.state,
        requested_at: withdrawal.requested_at,
        decision: withdrawal.decision.clone(),
    }
}

/// Read back. Errors: an address that is no wallet.
pub fn from_row(row: cash::Withdrawal) -> Result<Withdrawal, StoreError> {
    let no_wallet = || StoreError::Corrupt(format!("the address of withdrawal {}", row.id));
    Ok(Withdrawal {
        id: WithdrawalId(row.id),
        user: UserId(row.user),
        amount: row.amount,
        address: WalletAddress::parse_lower(&row.address).ok_or_else(no_wallet)?,
        state: row.state,
        requested_at: row.requested_at,
        decision: row.decision,
    })
}
