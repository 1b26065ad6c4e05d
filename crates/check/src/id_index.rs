//! Finds the index of an id among millions.

use crate::fingerprint::fingerprint;

/// A hash table of indexes alone, 4 bytes a slot; the ids lie where the indexes point to.
pub(crate) struct IdIndex {
    slots: Vec<u32>,
}

/// A slot that holds nothing.
const EMPTY: u32 = u32::MAX;

impl IdIndex {
    /// Over ids `0..count` as `id_at` gives them.
    pub(crate) fn new(count: usize, id_at: impl Fn(usize) -> i64) -> Self {
        let mut index = Self { slots: vec![EMPTY; (count * 2).next_power_of_two().max(2)] };
        for at in 0..count {
            let slot = index.slot(id_at(at), &id_at);
            // More than four thousand million accounts would not fit into memory before they do not fit here.
            index.slots[slot] = u32::try_from(at).unwrap_or(EMPTY);
        }
        index
    }

    /// The index of `id`.
    pub(crate) fn find(&self, id: i64, id_at: impl Fn(usize) -> i64) -> Option<usize> {
        let at = self.slots[self.slot(id, &id_at)];
        (at != EMPTY).then_some(at as usize)
    }

    /// The slot of `id`, or the empty one where it would be.
    fn slot(&self, id: i64, id_at: &impl Fn(usize) -> i64) -> usize {
        let last = self.slots.len() - 1;
        let mut slot = usize::try_from(fingerprint(&[id]) >> 16).unwrap_or(0) & last;
        while self.slots[slot] != EMPTY && id_at(self.slots[slot] as usize) != id {
            slot = (slot + 1) & last;
        }
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_found_at_its_place_and_no_other() {
        let ids: Vec<i64> = (0..1000).map(|n| n * 7919 - 5000).collect();
        let id_at = |at: usize| ids[at];
        let index = IdIndex::new(ids.len(), id_at);
        for (at, id) in ids.iter().enumerate() {
            assert_eq!(index.find(*id, id_at), Some(at));
            assert_eq!(index.find(id + 1, id_at), None);
        }
        assert_eq!(IdIndex::new(0, id_at).find(3, id_at), None);
    }
}
