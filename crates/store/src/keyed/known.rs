//! What a key says of a request: new, the same as before, or changed; and what earlier requests of a batch's keys made.

use crate::{StoreError, Tx};
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

impl<T> Earlier<T> {
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
