//! Fingerprints of numbers: sums of them compare two multisets in any order and without memory.

/// A 64-bit fingerprint of a list of numbers; two different lists share one with a chance of 2^-64.
pub(super) fn mix(numbers: &[i64]) -> u64 {
    numbers.iter().fold(0x9e37_79b9_7f4a_7c15, |state, number| {
        let mut z = (state ^ number.cast_unsigned()).wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    })
}

/// The same for numbers and a text.
pub(super) fn mix_text(numbers: &[i64], text: &str) -> u64 {
    let letters = text.bytes().fold(mix(numbers), |state, byte| mix(&[state.cast_signed(), i64::from(byte)]));
    mix(&[letters.cast_signed(), i64::try_from(text.len()).unwrap_or(i64::MAX)])
}

/// Finds the place of an id among millions, in 4 bytes a slot.
pub(super) struct Places {
    slots: Vec<u32>,
}

/// A slot that holds nothing.
const EMPTY: u32 = u32::MAX;

impl Places {
    /// Over ids `0..count` as `id_at` gives them.
    pub(super) fn new(count: usize, id_at: impl Fn(usize) -> i64) -> Self {
        let mut places = Self { slots: vec![EMPTY; (count * 2).next_power_of_two().max(2)] };
        for at in 0..count {
            let slot = places.slot(id_at(at), &id_at);
            // More than four thousand million accounts would not fit into memory before they do not fit here.
            places.slots[slot] = u32::try_from(at).unwrap_or(EMPTY);
        }
        places
    }

    /// Where `id` is.
    pub(super) fn find(&self, id: i64, id_at: impl Fn(usize) -> i64) -> Option<usize> {
        let at = self.slots[self.slot(id, &id_at)];
        (at != EMPTY).then_some(at as usize)
    }

    /// The slot of `id`, or the empty one where it would be.
    fn slot(&self, id: i64, id_at: &impl Fn(usize) -> i64) -> usize {
        let last = self.slots.len() - 1;
        let mut slot = usize::try_from(mix(&[id]) >> 16).unwrap_or(0) & last;
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
        let places = Places::new(ids.len(), id_at);
        for (at, id) in ids.iter().enumerate() {
            assert_eq!(places.find(*id, id_at), Some(at));
            assert_eq!(places.find(id + 1, id_at), None);
        }
        assert_eq!(Places::new(0, id_at).find(3, id_at), None);
    }

    #[test]
    fn fingerprints_tell_order_and_length_apart() {
        assert_ne!(mix(&[1, 2]), mix(&[2, 1]));
        assert_ne!(mix(&[0]), mix(&[0, 0]));
    }
}
