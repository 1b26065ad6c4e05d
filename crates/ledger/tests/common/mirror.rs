//! The translation between the ledger's words and the oracle's, and the comparison of the two.

use kernel::{AssetCode, Timestamp};
use ledger::rules::{Account, After, Pending, Recorded, State, Transfer, TransferKind, TransferRefusal};
use testkit::oracle::{Act, Fact, Oracle, Order, Place};

pub fn account_of(place: &Place) -> Account {
    let asset = AssetCode::new(place.asset).expect("the tests' assets are well spelled");
    let account = Account::new(place.id, asset, 1, 0, 0);
    Account { floor: place.least, ceiling: place.most, ..account }
}

pub fn transfer_of(order: &Order) -> Transfer {
    let Order { name: id, from: debit, to: credit, units: amount, act, reason: code } = *order;
    let kind = match act {
        Act::Move => TransferKind::Single,
        Act::Hold { until } => TransferKind::Pending { expires_at: Timestamp::from_micros(until) },
        Act::Take { hold } => TransferKind::Post { pending: hold },
        Act::Return { hold } => TransferKind::Void { pending: hold },
    };
    Transfer { id, debit, credit, amount, kind, code }
}

/// The name of a refusal. A new variant needs a line here and a fault in the oracle.
pub const fn name_of(refusal: TransferRefusal) -> &'static str {
    match refusal {
        TransferRefusal::ExistsWithDifferentTerms => "ExistsWithDifferentTerms",
        TransferRefusal::AmountMustBePositive => "AmountMustBePositive",
        TransferRefusal::AccountsMustDiffer => "AccountsMustDiffer",
        TransferRefusal::DebitAccountNotFound => "DebitAccountNotFound",
        TransferRefusal::CreditAccountNotFound => "CreditAccountNotFound",
        TransferRefusal::AccountsHoldDifferentAssets => "AccountsHoldDifferentAssets",
        TransferRefusal::PendingTransferNotFound => "PendingTransferNotFound",
        TransferRefusal::PendingTransferHasDifferentAccounts => "PendingTransferHasDifferentAccounts",
        TransferRefusal::PendingTransferAlreadyResolved => "PendingTransferAlreadyResolved",
        TransferRefusal::PendingTransferExpired => "PendingTransferExpired",
        TransferRefusal::AmountExceedsPendingTransfer => "AmountExceedsPendingTransfer",
        TransferRefusal::TimeoutNotInTheFuture => "TimeoutNotInTheFuture",
        TransferRefusal::BalanceWouldOverflow => "BalanceWouldOverflow",
        TransferRefusal::DebitAccountWouldFallBelowItsFloor => "DebitAccountWouldFallBelowItsFloor",
        TransferRefusal::CreditAccountWouldExceedItsCeiling => "CreditAccountWouldExceedItsCeiling",
    }
}

/// Every name above; each must be met by a run of histories.
pub const REFUSALS: [&str; 15] = [
    "ExistsWithDifferentTerms",
    "AmountMustBePositive",
    "AccountsMustDiffer",
    "DebitAccountNotFound",
    "CreditAccountNotFound",
    "AccountsHoldDifferentAssets",
    "PendingTransferNotFound",
    "PendingTransferHasDifferentAccounts",
    "PendingTransferAlreadyResolved",
    "PendingTransferExpired",
    "AmountExceedsPendingTransfer",
    "TimeoutNotInTheFuture",
    "BalanceWouldOverflow",
    "DebitAccountWouldFallBelowItsFloor",
    "CreditAccountWouldExceedItsCeiling",
];

/// Whether both recorded the same thing, balances after it included.
pub fn same_fact(recorded: &Recorded, fact: &Fact) -> bool {
    let same = |after: After, (lies, under_way): (i128, i128)| {
        i128::from(after.posted) == lies && i128::from(after.pending) == under_way
    };
    recorded.transfer == transfer_of(&fact.order)
        && recorded.at.as_micros() == fact.at
        && same(recorded.debit_after, fact.from_after)
        && same(recorded.credit_after, fact.to_after)
}

/// Every account, every sum, every limit; every hold; every transfer: the same on both sides.
pub fn compare(state: &State, oracle: &Oracle) -> Result<(), String> {
    for place in oracle.places() {
        let account = state.account(place.id).ok_or_else(|| format!("account {} is missing", place.id))?;
        compare_account(account, place, oracle)?;
    }
    for fact in oracle.facts() {
        let name = fact.order.name;
        let recorded = state.recorded(name).ok_or_else(|| format!("transfer {name} is missing"))?;
        if !same_fact(recorded, fact) {
            return Err(format!("transfer {name}: {recorded:?} against {fact:?}"));
        }
        if matches!(fact.order.act, Act::Hold { .. }) {
            let open =
                matches!(state.pending(name), Some(Pending::Open(hold)) if hold.amount == fact.order.units);
            let resolved = state.pending(name) == Some(Pending::Resolved);
            if open == oracle.is_resolved(name) || open == resolved {
                return Err(format!("hold {name}: {:?}", state.pending(name)));
            }
        }
    }
    Ok(())
}

/// One account against its place: limits and the four sums.
pub fn compare_account(account: &Account, place: &Place, oracle: &Oracle) -> Result<(), String> {
    let (ours, theirs) = (account.balances, oracle.sums(place.id));
    let ours = [ours.debits_pending, ours.debits_posted, ours.credits_pending, ours.credits_posted];
    let theirs = [theirs.leaving, theirs.left, theirs.coming, theirs.came];
    if ours.map(i128::from) != theirs || (account.floor, account.ceiling) != (place.least, place.most) {
        return Err(format!("account {}: {account:?} against {place:?} {theirs:?}", place.id));
    }
    Ok(())
}

/// What must hold whatever the oracle says: each asset sums to zero, nothing is beyond a limit, no sum is negative.
pub fn sound<'a>(accounts: impl Iterator<Item = &'a Account>) -> Result<(), String> {
    let (mut posted, mut pending) = ([0_i128; 2], [0_i128; 2]);
    for account in accounts {
        let asset = usize::from(account.asset.as_str() == "SEAT");
        let balances = account.balances;
        posted[asset] += i128::from(balances.credits_posted) - i128::from(balances.debits_posted);
        pending[asset] += i128::from(balances.credits_pending) - i128::from(balances.debits_pending);
        let below = account.floor.is_some_and(|floor| balances.available() < floor && floor <= 0);
        let above = account.ceiling.is_some_and(|ceiling| balances.committed() > ceiling && ceiling >= 0);
        if below || above || balances.debits_pending < 0 || balances.credits_pending < 0 {
            return Err(format!("account {} is beyond a limit: {account:?}", account.id));
        }
    }
    if posted == [0; 2] && pending == [0; 2] { Ok(()) } else { Err(format!("sums: {posted:?} {pending:?}")) }
}
