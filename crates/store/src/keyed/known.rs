//! What a key says of a request: new, the same as before, or changed; and what earlier requests of a batch's keys made.

use super::keys::Keys;
use crate::bulk::ordinality;
use crate::locator::{Kind, Locators};
use crate::{Column, Flight, Row, StoreError, Tx};
use std::collections::HashMap;

/// What a key says of the request that is sent under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known<T> {
    /// Nothing was made under the key.
    New,
    /// The same request made this before: it is the answer.
    Same(T),
    /// The key stands for another request: refuse by name.
    Changed,
}

impl<T> Known<T> {
    /// Judges what was found under the key; `is_same` compares the request with the one that made it.
    pub fn of(found: Option<T>, is_same: impl FnOnce(&T) -> bool) -> Self {
        match found {
            None => Self::New,
            Some(made) if is_same(&made) => Self::Same(made),
            Some(_) => Self::Changed,
        }
    }
}

/// A key as it is stored: whose it is, and the [hash](super::hash63) of what its owner called it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// Whose.
    pub owner: i64,
    /// The hash of the key's text.
    pub hash: i64,
}

/// What keys have made, before a batch and in it.
#[derive(Debug)]
pub struct Earlier<T> {
    by_key: HashMap<Key, T>,
}

/// How what a key has made is read.
pub struct Making<T> {
    /// Under which locators the keys are found.
    pub kind: Kind,
    /// The rows of these ids in one statement.
    pub by_ids: fn(&mut Tx<'_>, &[i64]) -> Result<Vec<T>, StoreError>,
    /// The number of what was made.
    pub id_of: fn(&T) -> i64,
    /// PostgreSQL: from the columns owner, kind and key (`$1` to `$3`) to their ordinality and the rows that lie there.
    pub by_places: &'static str,
    /// Reads such a row from this column on.
    pub read: fn(&Row<'_>, usize) -> Result<T, StoreError>,
}

impl<T> Default for Earlier<T> {
    fn default() -> Self {
        Self { by_key: HashMap::new() }
    }
}

impl<T> Earlier<T> {
    /// Asks what these keys have made, together with other questions.
    pub fn query<'f>(
        &'f mut self,
        flight: &mut Flight<'_, '_, 'f>,
        known: &Keys,
        asked: Vec<Key>,
        making: Making<T>,
    ) -> Result<(), StoreError> {
        if let Some(tx) = flight.at_once() {
            let mut questions = Locators::default();
            asked.iter().for_each(|key| questions.ask(key.owner, making.kind, key.hash));
            let found = known.find(tx, &questions)?;
            *self = Self::load(tx, asked.into_iter().zip(found), making.by_ids, making.id_of)?;
            return Ok(());
        }
        self.query_joined(flight, asked, (making.kind, making.by_places), making.read)
    }

    /// Asks PostgreSQL alone: `by_places` as in [`Making`], with the kind of its locators.
    pub fn query_joined<'f>(
        &'f mut self,
        flight: &mut Flight<'_, '_, 'f>,
        asked: Vec<Key>,
        (kind, by_places): (Kind, &'static str),
        read: fn(&Row<'_>, usize) -> Result<T, StoreError>,
    ) -> Result<(), StoreError> {
        let owners: Vec<_> = asked.iter().map(|key| key.owner).collect();
        let kinds = vec![kind; asked.len()];
        let keys: Vec<_> = asked.iter().map(|key| key.hash).collect();
        let columns = [Column::Int(&owners), Column::Int(&kinds), Column::Int(&keys)];
        flight.joined(by_places, &columns, move |row| {
            self.by_key.insert(asked[ordinality(row)?], read(row, 1)?);
            Ok(())
        })
    }

    /// Loads what was `found` under keys: `by_ids` reads the rows of these ids in one statement, `id_of` says which is which.
    /// Most batches have found nothing and read nothing.
    pub fn load(
        tx: &mut Tx<'_>,
        found: impl IntoIterator<Item = (Key, Option<i64>)>,
        by_ids: impl FnOnce(&mut Tx<'_>, &[i64]) -> Result<Vec<T>, StoreError>,
        id_of: impl Fn(&T) -> i64,
    ) -> Result<Self, StoreError> {
        let key_of: HashMap<i64, Key> = found.into_iter().filter_map(|(key, id)| Some((id?, key))).collect();
        if key_of.is_empty() {
            return Ok(Self { by_key: HashMap::new() });
        }
        let ids: Vec<_> = key_of.keys().copied().collect();
        let rows = by_ids(tx, &ids)?;
        Ok(Self { by_key: rows.into_iter().map(|row| (key_of[&id_of(&row)], row)).collect() })
    }

    /// What `key` has made, judged by `is_same`.
    pub fn known(&self, key: Key, is_same: impl FnOnce(&T) -> bool) -> Known<&T> {
        Known::of(self.by_key.get(&key), |made| is_same(made))
    }

    /// Enters what `key` has made now.
    pub fn insert(&mut self, key: Key, made: T) {
        self.by_key.insert(key, made);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_new_then_the_same_then_changed() {
        let mut earlier = Earlier { by_key: HashMap::new() };
        let [mine, other] = [1, 2].map(|owner| Key { owner, hash: 7 });
        assert_eq!(earlier.known(mine, |_| true), Known::New);
        earlier.insert(mine, "made");
        assert_eq!(earlier.known(mine, |made| *made == "made"), Known::Same(&"made"));
        assert_eq!(earlier.known(mine, |_| false), Known::Changed);
        assert_eq!(earlier.known(other, |_| true), Known::New, "a key is its owner's alone");
    }
}
