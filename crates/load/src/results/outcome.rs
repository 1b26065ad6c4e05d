//! How one request ended. What does not live here: how often.

use crate::wire::{ExchangeError, Response, string_field};
use std::borrow::Cow;

/// How one request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// The server did it (2xx).
    Accepted,
    /// The server refused it with a documented status and a code.
    Refused(Cow<'a, str>),
    /// Anything else: 5xx, an unexpected refusal, no answer. The word names the kind.
    Failed(Cow<'a, str>),
    /// A replay was answered, but not with the first answer.
    Mismatch,
}

impl<'a> Outcome<'a> {
    /// What `response` says by itself. `refusals` are the statuses that a stall documents; their code, and that of any
    /// other error, is the text of the field `code` (with its quotes).
    #[must_use]
    pub fn of(response: Result<Response<'a>, ExchangeError>, refusals: &[u16], code: &str) -> Self {
        let (status, body) = match response {
            Err(failure) => return Self::Failed(Cow::Borrowed(failure.name())),
            Ok(Response { status: 200..=299, .. }) => return Self::Accepted,
            Ok(Response { status, body }) => (status, body),
        };
        match string_field(body, code) {
            Some(code) if refusals.contains(&status) => Self::Refused(Cow::Borrowed(code)),
            code => Self::Failed(Cow::Owned(format!("http_{status}_{}", code.unwrap_or("no_code")))),
        }
    }
}
