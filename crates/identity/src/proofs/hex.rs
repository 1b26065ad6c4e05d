//! Hexadecimal text of a known length, read without panics and written in lower case.

/// The digits, in the case that is written.
const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The bytes of `text`, which is `0x` and exactly two digits a byte, of either case. None: anything else.
pub(crate) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    decode_digits(text.strip_prefix("0x")?)
}

/// As [`decode`], without the `0x`.
pub(crate) fn decode_digits<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let digits = digits.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = value(pair[0])? << 4 | value(pair[1])?;
    }
    Some(bytes)
}

/// Two lower-case digits a byte, without `0x`.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 0xf)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_is_read_back_and_nothing_else_is_read() {
        let bytes = [0x00, 0x0f, 0xa0, 0xff];
        assert_eq!(encode(&bytes), "000fa0ff");
        assert_eq!(decode("0x000fA0Ff"), Some(bytes));
        assert_eq!(decode_digits("000fa0ff"), Some(bytes));
        for bad in
            ["", "0x", "000fa0ff", "0X000fa0ff", "0x000fa0f", "0x000fa0ff0", "0x000fa0fg", "0x+00fa0ff"]
        {
            assert_eq!(decode::<4>(bad), None, "{bad}");
        }
        assert_eq!(decode::<4>("0xééêê"), None, "eight bytes that are no digits");
    }
}
