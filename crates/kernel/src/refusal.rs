//! Why something was not done: a meaning (which the edge maps to a status), a stable code, a caller's message, our own message.

use std::borrow::Cow;

/// What kind of no this is. The edge maps each to one HTTP status, exhaustively.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// 400: the request cannot be understood or breaks a rule of form.
    Invalid,
    /// 401: nobody, or nobody we can believe.
    Unauthenticated,
    /// 402: money is missing.
    PaymentRequired,
    /// 403: known, but not allowed.
    Forbidden,
    /// 404: not there, or not there for this caller.
    NotFound,
    /// 405: there, but not with this method.
    MethodNotAllowed,
    /// 409: the state of things says no.
    Conflict,
    /// 410: it was possible and is over.
    Gone,
    /// 413: larger than we read.
    TooLarge,
    /// 415: not a content type we read.
    UnsupportedMedia,
    /// 422: understood, but it contradicts an earlier request.
    Unprocessable,
    /// 429: too often.
    TooMany,
    /// 500: our fault.
    Internal,
    /// 502: somebody behind us answered with nonsense, or not at all.
    BadGateway,
    /// 503: not now; try again.
    Unavailable,
    /// 504: somebody behind us did not answer in time.
    Timeout,
}

/// One refusal, ready for the edge. Domain enums turn into it in their stall's one `refusals` file.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
    /// Which status it becomes.
    pub meaning: Meaning,
    /// Stable, upper-case, for programs.
    pub code: &'static str,
    /// For the caller: what happened and what to do.
    pub message: Cow<'static, str>,
    /// Facts for programs (`{"requested": 2, "available": 1}`).
    pub details: Option<serde_json::Value>,
    /// Seconds after which a retry makes sense.
    pub retry_after_s: Option<u64>,
    /// For our log alone; never sent.
    pub internal: Option<String>,
}

impl Refusal {
    /// A refusal without details.
    pub fn new(meaning: Meaning, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { meaning, code, message: message.into(), details: None, retry_after_s: None, internal: None }
    }

    /// Adds facts for programs.
    #[must_use]
    pub fn with_details(mut self, details: serde_json::Value) -> Self {
        self.details = Some(details);
        self
    }

    /// Adds when to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// 400 `VALIDATION_ERROR` about one field.
    #[must_use]
    pub fn field(field: &str, problem: &str) -> Self {
        Self::new(Meaning::Invalid, "VALIDATION_ERROR", format!("{field}: {problem}"))
            .with_details(serde_json::json!({ "field": field, "problem": problem }))
    }

    /// 404 `NOT_FOUND`, the same for absent and for not yours.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(Meaning::NotFound, "NOT_FOUND", format!("There is no such {what}."))
    }

    /// 403 `FORBIDDEN`.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(Meaning::Forbidden, "FORBIDDEN", "Your role does not allow this.")
    }

    /// 500 `INTERNAL_ERROR`; `cause` goes to our log alone.
    #[must_use]
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        let mut refusal = Self::new(
            Meaning::Internal,
            "INTERNAL_ERROR",
            "Something broke on our side. Nothing was changed by this request.",
        );
        refusal.internal = Some(cause.to_string());
        refusal
    }

    /// 503 `SERVICE_UNAVAILABLE` with a time to retry; `cause` goes to our log alone.
    #[must_use]
    pub fn unavailable(cause: impl std::fmt::Display) -> Self {
        let mut refusal = Self::new(
            Meaning::Unavailable,
            "SERVICE_UNAVAILABLE",
            "We cannot take this right now. Try again in a moment with the same Idempotency-Key.",
        )
        .retry_after(1);
        refusal.internal = Some(cause.to_string());
        refusal
    }
}
