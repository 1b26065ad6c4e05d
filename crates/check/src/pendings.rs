//! Pending transfers and what became of them, in the order of ids.

use crate::transfer::{Ends, Transfer};
use std::cell::Cell;

/// What became of a pending transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resolution {
    Open,
    Posted,
    PostedInPart,
    Voided,
}

/// A pending transfer. Small, because there may be millions: what fits into four bytes is in its [`State`].
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub(crate) id: i64,
    pub(crate) amount: i64,
    /// Microseconds.
    pub(crate) expires_at: i64,
    pub(crate) ends: Ends,
}

/// The rest of a pending transfer.
#[derive(Debug, Clone, Copy)]
struct State {
    code: i16,
    resolution: Resolution,
    /// Whether a row of holds was found for it.
    is_held: bool,
}

/// All pending transfers, in the order of ids.
#[derive(Default)]
pub(crate) struct Pendings {
    all: Vec<Pending>,
    states: Vec<State>,
    /// Where the last search ended: tables lie in nearly the same order, so the next one is mostly beside it.
    last_found: Cell<usize>,
}

impl Pendings {
    /// Adds an open one; its id is greater than all before it.
    pub(crate) fn push(&mut self, transfer: &Transfer, ends: Ends) {
        let (id, amount, expires_at) = (transfer.id, transfer.amount, transfer.expires_at.unwrap_or(0));
        self.all.push(Pending { id, amount, expires_at, ends });
        let code = i16::try_from(transfer.code).unwrap_or(-1);
        self.states.push(State { code, resolution: Resolution::Open, is_held: false });
    }

    /// The index of pending transfer `id`.
    pub(crate) fn find(&self, id: i64) -> Option<usize> {
        let last = self.last_found.get();
        let is_there = |at: &usize| self.all.get(*at).is_some_and(|pending| pending.id == id);
        let beside = [last + 1, last, last + 2].into_iter().find(is_there);
        let found = beside.or_else(|| self.all.binary_search_by_key(&id, |pending| pending.id).ok());
        self.last_found.set(found.unwrap_or(last));
        found
    }

    pub(crate) fn get(&self, index: usize) -> &Pending {
        &self.all[index]
    }

    pub(crate) fn code(&self, index: usize) -> i64 {
        self.states[index].code.into()
    }

    pub(crate) fn resolution(&self, index: usize) -> Resolution {
        self.states[index].resolution
    }

    pub(crate) fn resolve(&mut self, index: usize, resolution: Resolution) {
        self.states[index].resolution = resolution;
    }

    pub(crate) fn set_held(&mut self, index: usize) {
        self.states[index].is_held = true;
    }

    /// All of them with their indexes.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &Pending)> {
        self.all.iter().enumerate()
    }

    /// Those that are open and have no hold.
    pub(crate) fn without_hold(&self) -> impl Iterator<Item = &Pending> {
        let those = self.all.iter().zip(&self.states);
        those
            .filter(|(_, state)| state.resolution == Resolution::Open && !state.is_held)
            .map(|(pending, _)| pending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pending_transfer_takes_36_bytes() {
        assert_eq!(size_of::<Pending>() + size_of::<State>(), 36);
    }
}
