//! Putting values into a text.

use crate::fault::MailFault;
use crate::kind::Kind;
use minijinja::{Environment, UndefinedBehavior};
use serde_json::{Map, Value};
use std::io::{self, Write};

/// Bytes of a template's text at most.
pub const SOURCE_BYTES_MAX: usize = 20_000;
/// Bytes that a rendered text may have.
const OUTPUT_BYTES_MAX: usize = 100_000;
/// Steps that rendering may take.
const FUEL: u64 = 20_000;
/// Characters of one value at most.
const VALUE_CHARS_MAX: usize = 2_000;

/// A mail in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// Renders subject and body of a template of `kind` with the values that the kind knows; others are not there. Errors: a
/// sentence.
pub fn render(
    kind: &Kind,
    (subject, body): (&str, &str),
    data: &Map<String, Value>,
) -> Result<Rendered, MailFault> {
    let values: Map<String, Value> = data
        .iter()
        .filter(|(name, _)| kind.has(name))
        .map(|(name, value)| (name.clone(), one_line(value)))
        .collect();
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    engine.set_fuel(Some(FUEL));
    engine.set_trim_blocks(true);
    let render = |source: &str| text(&engine, source, &values);
    let subject = render(subject)?.split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(Rendered { subject, text: render(body)?.trim().to_owned() + "\n" })
}

/// A value as it may stand in a mail: on one line and of bounded length, so that it cannot look like a line of ours.
fn one_line(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            let line = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
            Value::String(line.take(VALUE_CHARS_MAX).collect())
        }
        other => other.clone(),
    }
}

fn text(engine: &Environment<'_>, source: &str, values: &Map<String, Value>) -> Result<String, MailFault> {
    let unreadable = |error: minijinja::Error| {
        MailFault(format!("The text cannot be read: {}.", error.detail().unwrap_or("it is not complete")))
    };
    let template = engine.template_from_named_str("mail.txt", source).map_err(unreadable)?;
    let mut out = Bounded(Vec::new());
    template.render_captured_to(values, &mut out).map_err(unreadable)?;
    String::from_utf8(out.0).map_err(|_| MailFault("The text is no UTF-8.".to_owned()))
}

/// Takes so many bytes and no more.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > OUTPUT_BYTES_MAX {
            return Err(io::Error::other("the text is too long with its values put in"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::{Text, Variable};
    use serde_json::json;

    const KIND: Kind = Kind {
        name: "test",
        about: "a test",
        variables: &[Variable { name: "name", about: "who", sample: "Ann" }],
        texts: &[Text { locale: "en", subject: "s", body: "b" }],
        list: None,
        is_bulk: false,
        secret_for_s: None,
    };

    fn rendered(body: &str, name: &str) -> Result<Rendered, MailFault> {
        let data = json!({ "name": name, "secret": "hunter2" });
        render(&KIND, ("Hi {{ name }}", body), data.as_object().expect("an object"))
    }

    #[test]
    fn values_stay_on_their_line_and_what_the_kind_does_not_know_is_not_there() {
        let mail = rendered("Dear {{ name }},\n{% if name %}\nyes\n{% endif %}\nbye", "Ann\nBcc: x").unwrap();
        assert_eq!(mail.subject, "Hi Ann Bcc: x");
        assert_eq!(mail.text, "Dear Ann Bcc: x,\nyes\nbye\n");
        assert!(rendered("{{ secret }}", "Ann").is_err());
        assert_eq!(rendered("{% if secret %}there{% endif %}-", "Ann").unwrap().text, "-\n");
    }

    #[test]
    fn a_text_that_grows_too_long_is_refused() {
        let body = "{{ name }}".repeat(60);
        assert!(rendered(&body, &"x".repeat(5_000)).is_err_and(|fault| fault.0.contains("cannot be read")));
    }
}
