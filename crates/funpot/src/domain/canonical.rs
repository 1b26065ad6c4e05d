//! JSON in the one form of RFC 8785: members sorted by the UTF-16 units of their names, no space, numbers and texts written in one
//! way. Only whole numbers are written here that every reader holds exactly, and decimals of few digits.

use serde_json::Value;
use std::fmt::Write as _;

/// The canonical text of `value`.
#[must_use]
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

/// Appends the canonical text of `value`.
pub fn write(value: &Value, out: &mut String) {
    match value {
        // Writing into a `String` cannot fail. Our texts have no control character that is written in two ways.
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            let _ = write!(out, "{value}");
        }
        Value::Array(items) => list(items.iter(), '[', ']', out, write),
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
            list(sorted.into_iter(), '{', '}', out, |(name, value), out| {
                write(&Value::String(name.clone()), out);
                out.push(':');
                write(value, out);
            });
        }
    }
}

fn list<T>(
    items: impl Iterator<Item = T>,
    open: char,
    close: char,
    out: &mut String,
    each: impl Fn(T, &mut String),
) {
    out.push(open);
    for (at, item) in items.enumerate() {
        if at > 0 {
            out.push(',');
        }
        each(item, out);
    }
    out.push(close);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_are_sorted_as_rfc_8785_sorts_them() {
        // The example of the RFC, section 3.2.3: the smiley's first unit is below that of the Hebrew letter.
        let value = json!({ "\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7 });
        assert_eq!(
            canonical(&value),
            "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"\u{f6}\":7,\"\u{20ac}\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}"
        );
    }

    #[test]
    fn texts_and_numbers_are_written_in_one_way() {
        let value = json!({ "b": [1, 0.85, true, null], "a": "\u{1}\n\"\\é/" });
        assert_eq!(canonical(&value), "{\"a\":\"\\u0001\\n\\\"\\\\é/\",\"b\":[1,0.85,true,null]}");
    }
}
