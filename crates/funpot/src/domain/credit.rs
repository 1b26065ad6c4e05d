//! Credit that comes and that is taken back. What a user owes is paid first; what a wallet no longer has becomes debt, so that no
//! balance is ever below zero.

use super::money::{debt_account, debt_of, transfer_code, wallet_account};
use kernel::{Timestamp, UserId};
use ledger::rules::State as Accounts;
use ledger::{LedgerFault, Transfer};

/// One movement between an account of the house or an event and a user's wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement {
    /// The user.
    pub user: UserId,
    /// The account on the other side.
    pub other: i64,
    /// How much, above 0.
    pub amount: i64,
    /// Why.
    pub code: i64,
}

/// Credits a wallet as transfer `id`; what the user owes is paid from it at once, with a number from `next`. The wallet, the debt
/// and the other account must be in hand where they exist.
pub fn credit(
    accounts: &mut Accounts,
    movement: Movement,
    id: i64,
    next: &mut dyn FnMut() -> i64,
    now: Timestamp,
) -> Result<(), LedgerFault> {
    let Movement { user, other, amount, code } = movement;
    let transfer = Transfer::single(id, other, user.0, amount, code);
    apply(accounts, Some(wallet_account(user)), &transfer, now)?;
    let owed = accounts.account(debt_of(user)).map_or(0, |debt| -debt.balances.posted());
    let available = accounts.account(user.0).map_or(0, |wallet| wallet.balances.available());
    let repaid = owed.min(available);
    if repaid > 0 {
        let transfer = Transfer::single(next(), user.0, debt_of(user), repaid, transfer_code::DEBT_REPAID);
        apply(accounts, None, &transfer, now)?;
    }
    Ok(())
}

/// Takes credit back: what the wallet has, as transfer `id`, and the rest as debt, with a number from `next`. How much became debt.
pub fn reverse(
    accounts: &mut Accounts,
    movement: Movement,
    id: i64,
    next: &mut dyn FnMut() -> i64,
    now: Timestamp,
) -> Result<i64, LedgerFault> {
    let Movement { user, other, amount, code } = movement;
    let available = accounts.account(user.0).map_or(0, |wallet| wallet.balances.available());
    let (taken, owed) = (amount.min(available), amount - amount.min(available));
    if taken > 0 {
        apply(accounts, None, &Transfer::single(id, user.0, other, taken, code), now)?;
    }
    if owed > 0 {
        let number = if taken > 0 { next() } else { id };
        let transfer = Transfer::single(number, debt_of(user), other, owed, code);
        apply(accounts, Some(debt_account(user)), &transfer, now)?;
    }
    Ok(owed)
}

fn apply(
    accounts: &mut Accounts,
    opened: Option<ledger::Account>,
    transfer: &Transfer,
    now: Timestamp,
) -> Result<(), LedgerFault> {
    if let Some(account) = opened {
        accounts.open(account);
    }
    let done = accounts.transfer(transfer, now);
    done.map(|_| ()).map_err(|refusal| LedgerFault { transfer: transfer.id, refusal })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::{STARS, house_accounts};

    const ANN: UserId = UserId(77);
    const NOW: Timestamp = Timestamp::from_secs(1);

    fn accounts() -> Accounts {
        let mut accounts = Accounts::default();
        house_accounts().into_iter().for_each(|account| {
            accounts.open(account);
        });
        accounts
    }

    fn balance(accounts: &Accounts, id: i64) -> i64 {
        accounts.account(id).map_or(0, |account| account.balances.posted())
    }

    #[test]
    fn a_shortfall_is_debt_and_the_next_credit_pays_it_first() {
        let mut accounts = accounts();
        let mut number = 1_000;
        let mut next = || {
            number += 1;
            number
        };
        let of = |amount, code| Movement { user: ANN, other: STARS, amount, code };
        credit(&mut accounts, of(100, transfer_code::STARS_TOPUP), 1, &mut next, NOW).expect("credited");
        let owed = reverse(&mut accounts, of(250, transfer_code::STARS_REFUND), 2, &mut next, NOW);
        assert_eq!(owed, Ok(150));
        assert_eq!((balance(&accounts, ANN.0), balance(&accounts, debt_of(ANN))), (0, -150));
        credit(&mut accounts, of(100, transfer_code::STARS_TOPUP), 3, &mut next, NOW).expect("credited");
        assert_eq!((balance(&accounts, ANN.0), balance(&accounts, debt_of(ANN))), (0, -50));
        credit(&mut accounts, of(100, transfer_code::STARS_TOPUP), 4, &mut next, NOW).expect("credited");
        assert_eq!((balance(&accounts, ANN.0), balance(&accounts, debt_of(ANN))), (50, 0));
        let sum: i64 = [STARS, ANN.0, debt_of(ANN)].into_iter().map(|id| balance(&accounts, id)).sum();
        assert_eq!(sum, 0);
    }
}
