//! Base64 with the letters of URLs and without padding: the signature of a ticket's code.

/// Exactly 64 bytes in their one spelling; `None` for everything else.
pub(super) fn decode(text: &str) -> Option<[u8; 64]> {
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::with_capacity(64));
    for letter in text.bytes() {
        bits = bits << 6 | digit(letter)?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    // What is left over are the four bits that only pad: zero in the one spelling.
    let rest = bits & ((1 << count) - 1);
    bytes.try_into().ok().filter(|_| count == 4 && rest == 0)
}

fn digit(letter: u8) -> Option<u32> {
    let digit = match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    };
    Some(u32::from(digit))
}
