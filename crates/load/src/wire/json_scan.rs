//! Finds single fields in our own small JSON answers without parsing them whole. Pure.
//! It does not understand escapes: it is for ids, codes and states, which have none.

/// The value of the first string field `quoted_name` (with its quotes, e.g. `"\"code\""`).
#[must_use]
pub fn string_field<'a>(body: &'a [u8], quoted_name: &str) -> Option<&'a str> {
    string_value(value_of(body, quoted_name)?)
}

/// The value of the first whole-number field `quoted_name`.
#[must_use]
pub fn number_field(body: &[u8], quoted_name: &str) -> Option<i64> {
    let value = value_of(body, quoted_name)?;
    let end = value.iter().position(|byte| !byte.is_ascii_digit() && *byte != b'-').unwrap_or(value.len());
    std::str::from_utf8(&value[..end]).ok()?.parse().ok()
}

/// What follows the first field `quoted_name` and its colon.
fn value_of<'a>(body: &'a [u8], quoted_name: &str) -> Option<&'a [u8]> {
    let name = quoted_name.as_bytes();
    let first = *name.get(1)?;
    let mut at = 0;
    loop {
        // The first letter of a name is rarer than a quote.
        let hit = at + body.get(at..)?.iter().position(|byte| *byte == first)?;
        let begin = hit.checked_sub(1);
        match begin.and_then(|begin| body.get(begin..)).and_then(|rest| rest.strip_prefix(name)) {
            Some(rest) => return Some(rest.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start()),
            None => at = hit + 1,
        }
    }
}

fn string_value(value: &[u8]) -> Option<&str> {
    let value = value.strip_prefix(b"\"")?;
    let end = value.iter().position(|byte| *byte == b'"')?;
    std::str::from_utf8(&value[..end]).ok()
}

/// The 16 bytes of a UUID in its hyphenated form; none for anything else.
#[must_use]
pub fn uuid_bytes(text: &str) -> Option<[u8; 16]> {
    let text = text.as_bytes();
    if text.len() != 36 || [8, 13, 18, 23].iter().any(|at| text[*at] != b'-') {
        return None;
    }
    let mut digits = text.iter().filter(|byte| **byte != b'-').map(|byte| (*byte as char).to_digit(16));
    let mut bytes = [0; 16];
    for byte in &mut bytes {
        let pair = (digits.next()??, digits.next()??);
        *byte = u8::try_from(pair.0 * 16 + pair.1).ok()?;
    }
    digits.next().is_none().then_some(bytes)
}

/// The hyphenated form of 16 bytes, in lower case.
#[must_use]
pub fn uuid_text(bytes: &[u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_field_is_found_wherever_it_stands() {
        let body = br#"{"success":false,"error":{"status":3,"code" : "SOLD_OUT","message":"code"}}"#;
        assert_eq!(string_field(body, "\"code\""), Some("SOLD_OUT"));
        assert_eq!(string_field(body, "\"message\""), Some("code"));
        for absent in ["\"status\"", "\"nothing\"", "\"\"", ""] {
            assert_eq!(string_field(body, absent), None, "{absent}");
        }
        for cut in 0..body.len() {
            let _ = string_field(&body[..cut], "\"code\"");
        }
    }

    #[test]
    fn a_number_field_is_read_to_its_end() {
        let body = br#"{"amount":100,"payout" : -7}"#;
        assert_eq!(
            (number_field(body, "\"amount\""), number_field(body, "\"payout\"")),
            (Some(100), Some(-7))
        );
        assert_eq!(number_field(br#"{"amount":"x"}"#, "\"amount\""), None);
        for cut in 0..body.len() {
            let _ = number_field(&body[..cut], "\"payout\"");
        }
    }

    #[test]
    fn a_uuid_comes_back_as_it_was_written() {
        let text = "01234567-89ab-8def-8123-456789abcdef";
        assert_eq!(uuid_text(&uuid_bytes(text).unwrap()), text);
        for bad in ["", "01234567-89ab-8def-8123-456789abcdeg", "0123456789ab8def8123456789abcdef0000"] {
            assert_eq!(uuid_bytes(bad), None, "{bad}");
        }
    }
}
