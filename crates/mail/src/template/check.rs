//! Whether a text may be saved: its tags are those of the language, and it says nothing but what its kind of mail may say.

use super::render::{SOURCE_BYTES_MAX, render};
use crate::fault::MailFault;
use crate::kind::Kind;

/// Characters of a subject at most, before its values are put in.
const SUBJECT_CHARS_MAX: usize = 200;

/// Checks subject and body of a template of `kind`. Errors: a sentence that says what to change.
pub fn check(kind: &Kind, subject: &str, body: &str) -> Result<(), MailFault> {
    if subject.trim().is_empty() || body.trim().is_empty() {
        return Err(MailFault("A mail needs a subject and a text.".to_owned()));
    }
    if subject.contains(['\n', '\r']) || subject.chars().count() > SUBJECT_CHARS_MAX {
        return Err(MailFault(format!(
            "The subject must be one line of at most {SUBJECT_CHARS_MAX} characters."
        )));
    }
    if body.len() > SOURCE_BYTES_MAX {
        return Err(MailFault(format!("The text must be at most {SOURCE_BYTES_MAX} bytes.")));
    }
    if subject.contains('\0') || body.contains('\0') {
        return Err(MailFault("The text holds a character that no mail can hold.".to_owned()));
    }
    tags(kind, subject)?;
    tags(kind, body)?;
    render(kind, (subject, body), &kind.samples()).map(drop)
}

/// Every tag of `source`, refused or not; tags are closed one by one, so nothing is hidden behind another.
fn tags(kind: &Kind, source: &str) -> Result<(), MailFault> {
    let mut rest = source;
    while let Some(at) = rest.find('{') {
        rest = &rest[at + 1..];
        let (close, is_block) = match rest.as_bytes().first() {
            Some(b'{') => ("}}", false),
            Some(b'%') => ("%}", true),
            Some(b'#') => {
                return Err(MailFault("Comments ({# … #}) are not part of the language.".to_owned()));
            }
            _ => continue,
        };
        let Some(end) = rest[1..].find(close) else {
            return Err(MailFault(format!("A tag is opened with {{{} and not closed.", &rest[..1])));
        };
        let inner = rest[1..=end].trim();
        if is_block {
            block(kind, inner)?
        } else {
            name(kind, inner)?
        }
        rest = &rest[end + 1 + close.len()..];
    }
    Ok(())
}

fn block(kind: &Kind, inner: &str) -> Result<(), MailFault> {
    let words: Vec<&str> = inner.split_whitespace().collect();
    match words[..] {
        ["if" | "elif", "not", one] | ["if" | "elif", one] => name(kind, one),
        ["else" | "endif"] => Ok(()),
        _ => Err(MailFault(format!(
            "{{% {inner} %}} is not part of the language: only if, elif, else and endif are, with one name each."
        ))),
    }
}

fn name(kind: &Kind, text: &str) -> Result<(), MailFault> {
    if kind.has(text) {
        return Ok(());
    }
    let known: Vec<_> = kind.variables.iter().map(|one| one.name).collect();
    Err(MailFault(format!("This mail cannot say '{text}'. It can say: {}.", known.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::{Text, Variable};

    const KIND: Kind = Kind {
        name: "test",
        about: "a test",
        variables: &[
            Variable { name: "event_name", about: "the event", sample: "Dusk" },
            Variable { name: "doors", about: "when doors open", sample: "18:00" },
        ],
        texts: &[Text { locale: "en", subject: "s", body: "b" }],
        list: None,
        is_bulk: false,
        secret_for_s: None,
    };

    #[test]
    fn names_of_the_kind_and_conditions_are_all_there_is() {
        let body = "At {{ event_name }}{% if doors %}, doors {{doors}}{% else %}.{% endif %} {not a tag}";
        assert_eq!(check(&KIND, "Your {{ event_name }}", body), Ok(()));
    }

    #[test]
    fn a_text_that_reads_what_it_should_not_is_refused_with_a_sentence() {
        for (bad, says) in [
            ("{{ password }}", "cannot say 'password'"),
            ("{{ event_name.__class__ }}", "cannot say"),
            ("{{ event_name['x'] }}", "cannot say"),
            ("{{ event_name * 99999 }}", "cannot say"),
            ("{{ range(99999) }}", "cannot say"),
            ("{{ 'a' }}", "cannot say"),
            ("{{ event_name | safe }}", "cannot say"),
            ("{% for x in event_name %}{{ x }}{% endfor %}", "not part of the language"),
            ("{% include '/etc/passwd' %}", "not part of the language"),
            ("{% set x = 1 %}", "not part of the language"),
            ("{% raw %}{{ secret }}{% endraw %}", "not part of the language"),
            ("{% if secret %}a{% endif %}", "cannot say 'secret'"),
            ("{% if event_name and secret %}a{% endif %}", "not part of the language"),
            ("{# hidden #}", "Comments"),
            ("{{ event_name", "not closed"),
            ("{% if doors %}never closed", "cannot be read"),
            ("{{{ event_name }}}", "cannot say"),
        ] {
            let refused = check(&KIND, "s", bad).expect_err(bad);
            assert!(refused.0.contains(says), "{bad}: {refused}");
        }
        assert!(check(&KIND, "two\nlines", "b").is_err());
        assert!(check(&KIND, "s", &"x".repeat(SOURCE_BYTES_MAX + 1)).is_err());
    }
}
