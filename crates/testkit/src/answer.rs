//! What a server answered, read whole: the same for the client over a socket and for the front in memory.

use serde_json::Value;
use std::ops::Index;

/// The headers of an answer: names in lower case with their values, in order.
#[derive(Debug, Clone, Default)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// Headers with names in lower case.
    #[must_use]
    pub const fn new(headers: Vec<(String, String)>) -> Self {
        Self(headers)
    }

    /// The first value of this (lower case) name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Every value of this name.
    pub fn all<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether there is one.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

impl Index<&str> for Headers {
    type Output = str;

    /// The first value of this name. Panics when there is none.
    fn index(&self, name: &str) -> &str {
        self.get(name).unwrap_or_else(|| panic!("no header {name} in {self:?}"))
    }
}

/// A whole answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: Headers,
    /// The body.
    pub body: Vec<u8>,
    /// The body as text; what is no UTF-8 is replaced.
    pub text: String,
    /// The body as JSON; `Null` when it is none.
    pub json: Value,
}

impl Answer {
    /// An answer with this body.
    #[must_use]
    pub fn new(status: u16, headers: Headers, body: Vec<u8>) -> Self {
        let json = serde_json::from_slice(&body).unwrap_or_default();
        Self { status, headers, text: String::from_utf8_lossy(&body).into_owned(), json, body }
    }

    /// Where it sends the reader; empty when nowhere.
    #[must_use]
    pub fn location(&self) -> &str {
        self.headers.get("location").unwrap_or_default()
    }

    /// The refusal's code, in any of the envelopes; empty when it is a success.
    #[must_use]
    pub fn code(&self) -> &str {
        let error = &self.json["error"];
        error["code"].as_str().or(error.as_str()).unwrap_or_default()
    }

    /// Status and code at once.
    #[must_use]
    pub fn says(&self) -> (u16, &str) {
        (self.status, self.code())
    }

    /// The data of a success, in an envelope that has both. Panics when it is a refusal.
    #[expect(clippy::must_use_candidate, reason = "calling it demands a success")]
    pub fn data(&self) -> &Value {
        assert_eq!(self.json["success"], true, "{} {}", self.status, self.text);
        &self.json["data"]
    }

    /// The value of a hidden field of a page. Panics when there is none.
    #[must_use]
    pub fn hidden(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let rest = self.text.split(&start).nth(1).unwrap_or_else(|| panic!("no {name} in {}", self.text));
        rest.split('"').next().unwrap_or_default().to_owned()
    }
}
