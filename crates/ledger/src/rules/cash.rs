//! The rules of cash: which transfers a deposit, a request and a decision are. Pure: values in, values out.

use super::{Account, Declined, Hold, LedgerFault, Recorded, State as Accounts, Transfer, TransferRefusal};
use kernel::Timestamp;

/// A withdrawal waits for somebody: its hold has no end of its own.
const NEVER: Timestamp = Timestamp::from_micros(i64::MAX);

/// Where a stall's money comes from and goes to, and what its transfers are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cash {
    /// The account of the world outside; it may go below zero by as much as ever came in.
    pub account: Account,
    /// Code of deposits.
    pub deposit_code: i64,
    /// Code of withdrawals, held, posted and voided.
    pub withdrawal_code: i64,
}

/// Where a withdrawal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The money is held; nobody has decided.
    Pending,
    /// It left.
    Approved,
    /// It is the owner's again.
    Rejected,
}

/// What somebody decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// The money was sent, or will be.
    Approve,
    /// It will not be.
    Reject,
}

/// Somebody's decision, for those who read it later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub operator: String,
    /// Why, in the operator's words; users read it.
    pub reason: String,
}

/// Less is there than was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Insufficient {
    /// What is there, minor units.
    pub available: i64,
}

/// It was decided otherwise before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WasDecided(pub State);

impl State {
    /// As written in tables.
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

impl Resolution {
    /// Where a withdrawal stands that was decided so.
    #[must_use]
    pub const fn state(self) -> State {
        match self {
            Self::Approve => State::Approved,
            Self::Reject => State::Rejected,
        }
    }
}

/// Brings `amount` minor units in for the owner of `to`, which is opened with its first deposit. A deposit has no refusal of its
/// own: whoever records one has checked that the amount is positive and in range.
pub fn deposit(
    accounts: &mut Accounts,
    cash: &Cash,
    to: Account,
    (id, amount): (i64, i64),
    now: Timestamp,
) -> Result<Recorded, LedgerFault> {
    let transfer = Transfer::single(id, cash.account.id, to.id, amount, cash.deposit_code);
    accounts.open(cash.account.clone());
    let done = accounts.open_and_transfer(to, &transfer, now);
    done.map_err(|refusal| LedgerFault { transfer: id, refusal })
}

/// Sets `amount` minor units of account `from` aside until [`resolve`].
pub fn hold(
    accounts: &mut Accounts,
    cash: &Cash,
    from: i64,
    (id, amount): (i64, i64),
    now: Timestamp,
) -> Result<Recorded, Declined<Insufficient>> {
    let transfer = Transfer::pending(id, (from, cash.account.id), amount, NEVER, cash.withdrawal_code);
    let held = accounts.open_and_transfer(cash.account.clone(), &transfer, now);
    held.map_err(|refusal| match refusal {
        // Who never had money has no account.
        TransferRefusal::DebitAccountNotFound | TransferRefusal::DebitAccountWouldFallBelowItsFloor => {
            let available = accounts.account(from).map_or(0, |account| account.balances.available());
            Declined::Refused(Insufficient { available })
        }
        TransferRefusal::ExistsWithDifferentTerms
        | TransferRefusal::AmountMustBePositive
        | TransferRefusal::AccountsMustDiffer
        | TransferRefusal::CreditAccountNotFound
        | TransferRefusal::AccountsHoldDifferentAssets
        | TransferRefusal::PendingTransferNotFound
        | TransferRefusal::PendingTransferAlreadyResolved
        | TransferRefusal::PendingTransferHasDifferentAccounts
        | TransferRefusal::PendingTransferExpired
        | TransferRefusal::AmountExceedsPendingTransfer
        | TransferRefusal::TimeoutNotInTheFuture
        | TransferRefusal::BalanceWouldOverflow
        | TransferRefusal::CreditAccountWouldExceedItsCeiling => {
            Declined::Fault(LedgerFault { transfer: id, refusal })
        }
    })
}

/// Whether `wanted` is still to be done: no, when that was decided before.
pub fn may_decide(state: State, wanted: Resolution) -> Result<bool, WasDecided> {
    match state {
        State::Pending => Ok(true),
        decided if decided == wanted.state() => Ok(false),
        decided => Err(WasDecided(decided)),
    }
}

/// Lets the held money leave, or gives it back, with transfer `id`.
pub fn resolve(
    accounts: &mut Accounts,
    cash: &Cash,
    hold: &Hold,
    (id, wanted): (i64, Resolution),
    now: Timestamp,
) -> Result<Recorded, LedgerFault> {
    let transfer = match wanted {
        Resolution::Approve => Transfer::post(id, hold, cash.withdrawal_code),
        Resolution::Reject => Transfer::void(id, hold, cash.withdrawal_code),
    };
    accounts.transfer(&transfer, now).map_err(|refusal| LedgerFault { transfer: id, refusal })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::AssetCode;

    const NOW: Timestamp = Timestamp::from_secs(1_795_000_000);

    fn account(id: i64) -> Account {
        Account::new(id, AssetCode::new("USD").expect("three capitals"), 1, id, 0)
    }

    fn cash() -> Cash {
        Cash { account: account(1), deposit_code: 1, withdrawal_code: 10 }
    }

    fn available(accounts: &Accounts, id: i64) -> i64 {
        accounts.account(id).map_or(0, |account| account.balances.available())
    }

    #[test]
    fn what_came_in_can_be_held_and_leaves_or_comes_back() {
        let mut accounts = Accounts::default();
        deposit(&mut accounts, &cash(), account(7).with_floor(0), (100, 500), NOW).expect("it is brought in");
        for (id, wanted, rest) in [(200, Resolution::Reject, 500), (300, Resolution::Approve, 100)] {
            hold(&mut accounts, &cash(), 7, (id, 400), NOW).expect("so much is there");
            assert_eq!(available(&accounts, 7), 100);
            let held = match accounts.pending(id) {
                Some(crate::rules::Pending::Open(held)) => held,
                other => panic!("{other:?}"),
            };
            resolve(&mut accounts, &cash(), &held, (id + 1, wanted), NOW).expect("it is held");
            assert_eq!(available(&accounts, 7), rest);
            let again = resolve(&mut accounts, &cash(), &held, (id + 2, wanted), NOW);
            assert!(
                again.is_err_and(|fault| fault.refusal == TransferRefusal::PendingTransferAlreadyResolved)
            );
        }
        assert_eq!(available(&accounts, 1), -100);
    }

    #[test]
    fn more_than_is_there_cannot_be_held_and_nothing_changes() {
        let mut accounts = Accounts::default();
        let none = hold(&mut accounts, &cash(), 7, (200, 1), NOW);
        assert_eq!(none, Err(Declined::Refused(Insufficient { available: 0 })));
        assert!(accounts.account(1).is_none(), "no account was opened for it");
        deposit(&mut accounts, &cash(), account(7).with_floor(0), (100, 500), NOW).expect("it is brought in");
        let more = hold(&mut accounts, &cash(), 7, (200, 501), NOW);
        assert_eq!(more, Err(Declined::Refused(Insufficient { available: 500 })));
        let fault = hold(&mut accounts, &cash(), 7, (200, 0), NOW);
        assert!(matches!(fault, Err(Declined::Fault(_))), "an amount that nobody checked is a fault");
    }

    #[test]
    fn a_decision_is_made_once_and_never_turned() {
        for wanted in [Resolution::Approve, Resolution::Reject] {
            assert_eq!(may_decide(State::Pending, wanted), Ok(true));
            assert_eq!(may_decide(wanted.state(), wanted), Ok(false));
        }
        assert_eq!(may_decide(State::Approved, Resolution::Reject), Err(WasDecided(State::Approved)));
        assert_eq!(may_decide(State::Rejected, Resolution::Approve), Err(WasDecided(State::Rejected)));
    }

    #[test]
    fn every_state_is_read_as_it_was_written() {
        for state in [State::Pending, State::Approved, State::Rejected] {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
        assert_eq!(State::parse("sent"), None);
    }
}
