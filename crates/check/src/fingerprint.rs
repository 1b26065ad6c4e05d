//! Fingerprints of numbers: sums of them compare two multisets in any order and without memory.

/// A 64-bit fingerprint of a list of numbers; two different lists share one with a chance of 2^-64.
pub(crate) fn fingerprint(numbers: &[i64]) -> u64 {
    numbers.iter().fold(0x9e37_79b9_7f4a_7c15, |state, number| {
        let mut z = (state ^ number.cast_unsigned()).wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    })
}

/// The same for numbers and a text.
pub(crate) fn fingerprint_with_text(numbers: &[i64], text: &str) -> u64 {
    let add = |state: u64, byte: u8| fingerprint(&[state.cast_signed(), i64::from(byte)]);
    let letters = text.bytes().fold(fingerprint(numbers), add);
    fingerprint(&[letters.cast_signed(), i64::try_from(text.len()).unwrap_or(i64::MAX)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_tell_order_and_length_apart() {
        assert_ne!(fingerprint(&[1, 2]), fingerprint(&[2, 1]));
        assert_ne!(fingerprint(&[0]), fingerprint(&[0, 0]));
    }
}
