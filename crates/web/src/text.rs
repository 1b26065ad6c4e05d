//! Texts that people send: trimmed, counted in characters, free of control characters. Meaning is checked by the domain.

use kernel::Refusal;

/// The cleaned text of a one-line field: trimmed, `min..=max` characters, no control character (NUL among them).
/// Errors: 400 `VALIDATION_ERROR` naming the field.
pub fn clean(field: &str, text: &str, min: usize, max: usize) -> Result<String, Refusal> {
    checked(field, text, min, max, |character| character.is_control())
}

/// As [`clean`] for a field of several lines: line feeds, carriage returns and tabs may stay.
pub fn clean_lines(field: &str, text: &str, min: usize, max: usize) -> Result<String, Refusal> {
    checked(field, text, min, max, |character| {
        character.is_control() && !matches!(character, '\n' | '\r' | '\t')
    })
}

/// Characters of what operators write for the record, at most.
const RECORDED_CHARS_MAX: usize = 200;

/// Words for the record of what operators do: there, short, and on one line. Errors: 400 `VALIDATION_ERROR` naming the field.
pub fn recorded(field: &str, text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > RECORDED_CHARS_MAX || text.chars().any(char::is_control) {
        return Err(Refusal::field(field, "is recorded: 1 to 200 characters on one line"));
    }
    Ok(text.to_owned())
}

fn checked(
    field: &str,
    text: &str,
    min: usize,
    max: usize,
    forbidden: fn(char) -> bool,
) -> Result<String, Refusal> {
    let text = text.trim();
    if text.chars().any(forbidden) {
        return Err(Refusal::field(field, "must not contain control characters"));
    }
    let length = text.chars().count();
    if length == 0 && min > 0 {
        return Err(Refusal::field(field, "must not be empty"));
    }
    if length < min || length > max {
        return Err(Refusal::field(field, &format!("must have {min} to {max} characters, has {length}")));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_and_counted_in_characters() {
        assert_eq!(clean("name", "  สวัสดี ", 2, 6).as_deref(), Ok("สวัสดี"));
        assert_eq!(clean_lines("bio", "a\nb\tc", 0, 9).as_deref(), Ok("a\nb\tc"));
        assert_eq!(clean("note", "", 0, 9).as_deref(), Ok(""));
    }

    #[test]
    fn empty_long_and_control_texts_are_refused_by_field() {
        for (text, min, max) in [("", 1, 9), ("   ", 1, 9), ("abcd", 1, 3), ("a\0b", 1, 9), ("a\nb", 1, 9)] {
            let refusal = clean("name", text, min, max).expect_err(text);
            assert_eq!((refusal.code, refusal.message.starts_with("name: ")), ("VALIDATION_ERROR", true));
        }
    }

    #[test]
    fn words_for_the_record_are_there_short_and_on_one_line() {
        assert_eq!(recorded("reason", " a bad quote ").as_deref(), Ok("a bad quote"));
        for bad in ["", "  ", "a\nb", &"x".repeat(201)] {
            assert_eq!(recorded("reason", bad).expect_err(bad).code, "VALIDATION_ERROR");
        }
    }
}
