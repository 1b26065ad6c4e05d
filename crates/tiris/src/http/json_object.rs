//! `info` objects: kept as they were sent, to the last digit, and given back so.

use kernel::Refusal;
use serde::Serialize;
use serde_json::value::RawValue;

/// Bytes of the largest object of a trading or a sub-account.
const OBJECT_BYTES_MAX: usize = 64 * 1024;

/// The text of an object that was sent; an empty one where none was.
pub fn text(field: &str, sent: Option<&RawValue>) -> Result<Option<String>, Refusal> {
    let Some(raw) = sent.filter(|raw| raw.get() != "null") else { return Ok(None) };
    let text = raw.get().trim();
    if !text.starts_with('{') || text.len() > OBJECT_BYTES_MAX {
        return Err(Refusal::field(field, "must be a JSON object of at most 65536 bytes"));
    }
    Ok(Some(text.to_owned()))
}

/// A stored object, ready to be written into an answer.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct StoredObject(Box<RawValue>);

impl StoredObject {
    /// The object of a stored text; an empty one where the text is none.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let raw = RawValue::from_string(text.to_owned());
        Self(raw.unwrap_or_else(|_| RawValue::from_string("{}".to_owned()).expect("an empty object is JSON")))
    }
}
