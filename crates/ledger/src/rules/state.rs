//! The part of the ledger that a decision looks at, and what the decision changed in it.

use super::by_id::ById;
use super::{Account, Balances, Hold, Recorded, Transfer, TransferKind};

/// What is known of a pending transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pending {
    /// Neither posted nor voided.
    Open(Hold),
    /// Posted or voided.
    Resolved,
}

/// How an account in hand relates to its stored row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    None,
    Updated,
    Opened,
}

/// Accounts, holds and transfers in hand. What is not in hand does not exist for the rules: load it first.
#[derive(Debug, Clone, Default)]
pub struct State {
    accounts: ById<(Account, Change)>,
    pending: ById<(Pending, Change)>,
    recorded: ById<Recorded>,
    /// Transfers made since the last save, in order.
    made: Vec<Recorded>,
}

/// Where a chain began, to return to.
pub(super) struct Mark {
    accounts: Vec<(i64, Option<(Account, Change)>)>,
    pending: Vec<(i64, Option<(Pending, Change)>)>,
    made: usize,
}

/// What is to be written.
pub(crate) struct Changes {
    pub(crate) opened: Vec<Account>,
    pub(crate) updated: Vec<Account>,
    pub(crate) made: Vec<Recorded>,
    pub(crate) holds_opened: Vec<Hold>,
    pub(crate) holds_closed: Vec<i64>,
}

impl State {
    /// The account, if it is in hand.
    #[must_use]
    pub fn account(&self, id: i64) -> Option<&Account> {
        self.accounts.get(&id).map(|(account, _)| account)
    }

    /// The pending transfer, if it is in hand.
    #[must_use]
    pub fn pending(&self, id: i64) -> Option<Pending> {
        self.pending.get(&id).map(|(pending, _)| *pending)
    }

    /// The transfer of this id, if it is in hand.
    #[must_use]
    pub fn recorded(&self, id: i64) -> Option<&Recorded> {
        self.recorded.get(&id)
    }

    /// Takes a stored account in hand; one that is already in hand stays as it is.
    pub fn hand_account(&mut self, account: Account) {
        self.accounts.entry(account.id).or_insert((account, Change::None));
    }

    /// Takes what is stored of a pending transfer in hand.
    pub fn hand_pending(&mut self, id: i64, pending: Pending) {
        self.pending.entry(id).or_insert((pending, Change::None));
    }

    /// Takes a stored transfer in hand, so that a repetition of it is recognised.
    pub fn hand_recorded(&mut self, recorded: Recorded) {
        self.recorded.insert(recorded.transfer.id, recorded);
    }

    /// Opens a new account. False, and nothing changes: the id is taken.
    pub fn open(&mut self, account: Account) -> bool {
        if self.accounts.contains_key(&account.id) {
            return false;
        }
        self.accounts.insert(account.id, (account, Change::Opened));
        true
    }

    /// Lets go of an account that was opened for a transfer that was refused.
    pub(super) fn forget(&mut self, id: i64) {
        self.accounts.remove(&id);
    }

    /// Sets the ceiling of an account in hand, but never below what is committed already.
    pub fn set_ceiling(&mut self, id: i64, ceiling: i64) {
        if let Some((account, change)) = self.accounts.get_mut(&id) {
            let ceiling = Some(ceiling.max(account.balances.committed()));
            if account.ceiling != ceiling {
                account.ceiling = ceiling;
                *change = change.updated();
            }
        }
    }

    /// The ceiling of an account in hand, and whether the account was changed already.
    pub(super) fn ceiling(&self, id: i64) -> Option<(Option<i64>, Change)> {
        self.accounts.get(&id).map(|(account, change)| (account.ceiling, *change))
    }

    /// Takes a change of the ceiling back.
    pub(super) fn restore_ceiling(&mut self, id: i64, before: Option<(Option<i64>, Change)>) {
        if let (Some((account, change)), Some((ceiling, was))) = (self.accounts.get_mut(&id), before) {
            account.ceiling = ceiling;
            *change = was;
        }
    }

    pub(super) fn set_balances(&mut self, id: i64, balances: Balances) {
        if let Some((account, change)) = self.accounts.get_mut(&id) {
            account.balances = balances;
            *change = change.updated();
        }
    }

    pub(super) fn set_pending(&mut self, id: i64, pending: Pending) {
        let change = match self.pending.get(&id) {
            None => Change::Opened,
            Some((_, change)) => change.updated(),
        };
        self.pending.insert(id, (pending, change));
    }

    pub(super) fn record(&mut self, recorded: Recorded) {
        self.recorded.insert(recorded.transfer.id, recorded);
        self.made.push(recorded);
    }

    pub(super) fn mark(&self, chain: &[Transfer]) -> Mark {
        let accounts = chain.iter().flat_map(|transfer| [transfer.debit, transfer.credit]);
        let pending = chain.iter().map(|transfer| match transfer.kind {
            TransferKind::Post { pending } | TransferKind::Void { pending } => pending,
            TransferKind::Single | TransferKind::Pending { .. } => transfer.id,
        });
        Mark {
            accounts: accounts.map(|id| (id, self.accounts.get(&id).cloned())).collect(),
            pending: pending.map(|id| (id, self.pending.get(&id).copied())).collect(),
            made: self.made.len(),
        }
    }

    pub(super) fn return_to(&mut self, mark: Mark) {
        for (id, before) in mark.accounts {
            restore(&mut self.accounts, id, before);
        }
        for (id, before) in mark.pending {
            restore(&mut self.pending, id, before);
        }
        for undone in self.made.drain(mark.made..) {
            self.recorded.remove(&undone.transfer.id);
        }
    }

    /// Everything that changed since the last call, sorted by id, and forgets that it changed.
    pub(crate) fn take_changes(&mut self) -> Changes {
        let mut changes = Changes {
            opened: Vec::new(),
            updated: Vec::new(),
            made: std::mem::take(&mut self.made),
            holds_opened: Vec::new(),
            holds_closed: Vec::new(),
        };
        for (account, change) in self.accounts.values_mut() {
            match std::mem::replace(change, Change::None) {
                Change::None => {}
                Change::Updated => changes.updated.push(account.clone()),
                Change::Opened => changes.opened.push(account.clone()),
            }
        }
        for (id, (pending, change)) in &mut self.pending {
            match (std::mem::replace(change, Change::None), *pending) {
                (Change::Opened, Pending::Open(hold)) => changes.holds_opened.push(hold),
                (Change::Updated, Pending::Resolved) => changes.holds_closed.push(*id),
                // Opened and resolved before it was ever stored, or unchanged.
                (Change::None | Change::Opened | Change::Updated, _) => {}
            }
        }
        changes.opened.sort_unstable_by_key(|account| account.id);
        changes.updated.sort_unstable_by_key(|account| account.id);
        changes.holds_opened.sort_unstable_by_key(|hold| hold.id);
        changes.holds_closed.sort_unstable();
        changes
    }
}

impl Change {
    fn updated(self) -> Self {
        if self == Self::Opened { Self::Opened } else { Self::Updated }
    }
}

fn restore<T>(map: &mut ById<T>, id: i64, before: Option<T>) {
    match before {
        Some(value) => map.insert(id, value),
        None => map.remove(&id),
    };
}
