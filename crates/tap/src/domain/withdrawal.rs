//! Withdrawals: a player asks, the money is held at once, and an operator sends it or gives it back.

use super::ids::WithdrawalId;
use kernel::{Timestamp, UserId, WalletAddress};
pub use ledger::rules::cash::{Decision, Resolution, State as WithdrawalState};

/// Cents of one withdrawal or deposit at most: ten million dollars, far from where sums could overflow.
pub const AMOUNT_MAX: i64 = 1_000_000_000;

/// A withdrawal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// Its number, and that of the pending transfer that holds the money.
    pub id: WithdrawalId,
    /// Whose.
    pub user: UserId,
    /// Cents.
    pub amount: i64,
    /// Where it goes: the wallet that the player signs in with.
    pub address: WalletAddress,
    /// What became of it.
    pub state: WithdrawalState,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When, by whom and why it was decided.
    pub decision: Option<Decision>,
}

/// Why a withdrawal or a deposit was not made or not decided. Nothing moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentRefusal {
    /// Not from one cent to [`AMOUNT_MAX`].
    AmountIsOutOfRange,
    /// Money goes only to the wallet that signed in: a stolen session cannot send it elsewhere.
    AddressIsNotTheWallet,
    /// Less can be staked than was asked for.
    InsufficientFunds {
        /// Cents that are there.
        balance: i64,
    },
    /// The key stands for a request with other terms.
    KeyWasUsed,
    /// Decided otherwise before.
    WasDecided(WithdrawalState),
}

/// Whether so much may be moved at once.
pub fn check_amount(amount: i64) -> Result<(), PaymentRefusal> {
    if (1..=AMOUNT_MAX).contains(&amount) { Ok(()) } else { Err(PaymentRefusal::AmountIsOutOfRange) }
}

/// Whether a player of `wallet` may ask for `amount` to go to `address`.
pub fn check_request(
    amount: i64,
    address: WalletAddress,
    wallet: WalletAddress,
) -> Result<(), PaymentRefusal> {
    check_amount(amount)?;
    if address == wallet { Ok(()) } else { Err(PaymentRefusal::AddressIsNotTheWallet) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_goes_to_the_own_wallet_alone_and_in_sums_that_exist() {
        let [own, other] = [1, 2].map(|byte| WalletAddress::new([byte; 20]));
        for amount in [i64::MIN, -1, 0, AMOUNT_MAX + 1, i64::MAX] {
            assert_eq!(check_request(amount, own, own), Err(PaymentRefusal::AmountIsOutOfRange), "{amount}");
        }
        assert_eq!(check_request(1, other, own), Err(PaymentRefusal::AddressIsNotTheWallet));
        assert_eq!((check_request(1, own, own), check_request(AMOUNT_MAX, own, own)), (Ok(()), Ok(())));
    }
}
