//! Numbers per owner, 1, 2, 3 … without a gap: each is taken in the transaction that makes its event true.
//!
//! A number lies beside its owner's locators, on the page that the event dirties anyway. Whoever takes one must hold a lock
//! that everybody who takes that owner's numbers holds too (the owner's account, say).

use crate::locator::{self, Kind, Locators};
use crate::{StoreError, Tx};
use std::collections::HashMap;

/// The numbers of several owners, in hand.
#[derive(Debug)]
pub struct Sequences {
    kind: Kind,
    numbers: HashMap<i64, Number>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Number {
    last: i64,
    is_changed: bool,
}

impl Sequences {
    /// Nobody's numbers yet; they are found under `kind`.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self { kind, numbers: HashMap::new() }
    }

    /// The numbers of `owners`, looked up in one statement.
    pub fn load(
        tx: &mut Tx<'_>,
        kind: Kind,
        owners: impl Iterator<Item = i64> + Clone,
    ) -> Result<Self, StoreError> {
        let mut questions = Locators::default();
        owners.clone().for_each(|owner| questions.ask(owner, kind, 0));
        let mut sequences = Self::new(kind);
        let found = questions.find(tx)?;
        owners.zip(found).for_each(|(owner, last)| sequences.enter(owner, last));
        Ok(sequences)
    }

    /// Makes room for the numbers of so many owners.
    pub fn make_room(&mut self, owners: usize) {
        self.numbers.reserve(owners);
    }

    /// Enters the last number that was found of `owner`, if any. Twice is the same as once.
    pub fn enter(&mut self, owner: i64, last: Option<i64>) {
        self.numbers.insert(owner, Number { last: last.unwrap_or(0), is_changed: false });
    }

    /// The number that `owner` would take next.
    #[must_use]
    pub fn next(&self, owner: i64) -> i64 {
        self.numbers.get(&owner).map_or(0, |number| number.last) + 1
    }

    /// Takes the next number of `owner`.
    pub fn advance(&mut self, owner: i64) -> i64 {
        let number = self.numbers.entry(owner).or_default();
        number.last += 1;
        number.is_changed = true;
        number.last
    }

    /// Writes what was taken, in one statement.
    pub fn save(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let mut entries = Locators::default();
        for (owner, number) in self.numbers.iter().filter(|(_, number)| number.is_changed) {
            entries.add(*owner, self.kind, 0, number.last);
        }
        entries.put(tx)
    }
}

/// The last number that `owner` has taken; 0 before the first.
pub fn last(tx: &mut Tx<'_>, kind: Kind, owner: i64) -> Result<i64, StoreError> {
    Ok(locator::find(tx, owner, kind, 0)?.unwrap_or(0))
}

/// Takes and writes the next number of one `owner`.
pub fn take(tx: &mut Tx<'_>, kind: Kind, owner: i64) -> Result<i64, StoreError> {
    let mut one = Sequences::new(kind);
    one.enter(owner, Some(last(tx, kind, owner)?));
    let taken = one.advance(owner);
    one.save(tx)?;
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_at_the_next_number_does_not_take_it() {
        let mut sequences = Sequences::new(1);
        sequences.enter(7, Some(41));
        assert_eq!([sequences.next(7), sequences.next(7), sequences.next(8)], [42, 42, 1]);
        assert_eq!([sequences.advance(7), sequences.advance(7), sequences.advance(8)], [42, 43, 1]);
    }
}
