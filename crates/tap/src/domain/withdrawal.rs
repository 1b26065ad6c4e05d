//! Withdrawals: a player asks, the money is held at once, and an operator sends it or gives it back.

use super::ids::WithdrawalId;
use kernel::{Timestamp, UserId, WalletAddress};

/// Cents of one withdrawal or deposit at most: ten million dollars, far from where sums could overflow.
pub const AMOUNT_MAX: i64 = 1_000_000_000;

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithdrawalState {
    /// The money is held; nobody has decided.
    Pending,
    /// It left.
    Approved,
    /// It is the player's again.
    Rejected,
}

impl WithdrawalState {
    /// As tables and answers say it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    /// The state of this word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Pending, Self::Approved, Self::Rejected].into_iter().find(|state| state.as_str() == text)
    }
}

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

/// An operator's decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub operator: String,
    /// Why, in the operator's words; players read it.
    pub reason: String,
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

/// Whether `wanted` is still to be done: no, when that was decided before.
pub fn check_decision(state: WithdrawalState, wanted: WithdrawalState) -> Result<bool, PaymentRefusal> {
    match state {
        WithdrawalState::Pending => Ok(true),
        decided if decided == wanted => Ok(false),
        decided => Err(PaymentRefusal::WasDecided(decided)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use WithdrawalState::{Approved, Pending, Rejected};

    #[test]
    fn money_goes_to_the_own_wallet_alone_and_in_sums_that_exist() {
        let [own, other] = [1, 2].map(|byte| WalletAddress::new([byte; 20]));
        for amount in [i64::MIN, -1, 0, AMOUNT_MAX + 1, i64::MAX] {
            assert_eq!(check_request(amount, own, own), Err(PaymentRefusal::AmountIsOutOfRange), "{amount}");
        }
        assert_eq!(check_request(1, other, own), Err(PaymentRefusal::AddressIsNotTheWallet));
        assert_eq!((check_request(1, own, own), check_request(AMOUNT_MAX, own, own)), (Ok(()), Ok(())));
    }

    #[test]
    fn a_decision_is_made_once_and_never_turned() {
        for wanted in [Approved, Rejected] {
            assert_eq!(check_decision(Pending, wanted), Ok(true));
            assert_eq!(check_decision(wanted, wanted), Ok(false));
        }
        assert_eq!(check_decision(Approved, Rejected), Err(PaymentRefusal::WasDecided(Approved)));
        assert_eq!(check_decision(Rejected, Approved), Err(PaymentRefusal::WasDecided(Rejected)));
    }

    #[test]
    fn every_state_is_read_as_it_was_written() {
        for state in [Pending, Approved, Rejected] {
            assert_eq!(WithdrawalState::parse(state.as_str()), Some(state));
        }
        assert_eq!(WithdrawalState::parse("sent"), None);
    }
}
