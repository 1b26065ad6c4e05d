//! A refusal on its way out: the one map from meaning to status, and the response that carries the refusal to the edge.

use crate::envelope;
use axum::response::{IntoResponse, Response};
use kernel::Refusal;
use std::sync::Arc;

/// What handlers return as their error: `Result<_, Refused>`; `?` turns a [`Refusal`] into it.
///
/// It renders itself in the wrapped envelope at once; the edge layer finds the refusal in the response's extensions, logs
/// an internal cause once, and renders it again where a stall's paths use another envelope.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused(pub Refusal);

/// The refusal behind a response, for the edge layer.
#[derive(Debug, Clone)]
pub(crate) struct RefusalCause(pub Arc<Refusal>);

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl From<store::StoreError> for Refused {
    fn from(error: store::StoreError) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = envelope::wrapped_refusal(&self.0);
        response.extensions_mut().insert(RefusalCause(Arc::new(self.0)));
        response
    }
}

/// Refusals that only the edge itself gives. Their texts live here and nowhere else.
pub(crate) mod edge_refusals {
    use kernel::{Meaning, Refusal};

    /// Seconds after which a place among the connections is likely to be free.
    const CONNECTIONS_RETRY_S: u64 = 5;

    pub fn route_not_found() -> Refusal {
        Refusal::new(Meaning::NotFound, "ROUTE_NOT_FOUND", "There is nothing at this address.")
    }

    pub fn method_not_allowed() -> Refusal {
        let text = "This address does not take this method; see the Allow header.";
        Refusal::new(Meaning::MethodNotAllowed, "METHOD_NOT_ALLOWED", text)
    }

    pub fn payload_too_large(limit_bytes: usize) -> Refusal {
        let text = format!("The body is larger than the {limit_bytes} bytes we read.");
        Refusal::new(Meaning::TooLarge, "PAYLOAD_TOO_LARGE", text)
            .with_details(serde_json::json!({ "limit_bytes": limit_bytes }))
    }

    pub fn unsupported_media() -> Refusal {
        let text = "Send the body as application/json.";
        Refusal::new(Meaning::UnsupportedMedia, "UNSUPPORTED_MEDIA_TYPE", text)
    }

    pub fn invalid_request(text: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
        Refusal::new(Meaning::Invalid, "INVALID_REQUEST", text)
    }

    pub fn too_many_requests(retry_after_s: u64) -> Refusal {
        let text = format!("Too many requests. Try again in {retry_after_s} s.");
        Refusal::new(Meaning::TooMany, "TOO_MANY_REQUESTS", text).retry_after(retry_after_s)
    }

    pub fn missing_token() -> Refusal {
        Refusal::new(Meaning::Unauthenticated, "MISSING_TOKEN", "Log in first: this needs a bearer token.")
    }

    pub fn invalid_token() -> Refusal {
        Refusal::new(
            Meaning::Unauthenticated,
            "INVALID_TOKEN",
            "This token is not one of ours. Log in again.",
        )
    }

    pub fn repeated_header(name: &str) -> Refusal {
        let text = format!("Send the header {name} once.");
        Refusal::new(Meaning::Invalid, "REPEATED_HEADER", text)
            .with_details(serde_json::json!({ "header": name }))
    }

    pub fn bad_host(problem: &'static str) -> Refusal {
        Refusal::new(Meaning::Invalid, "INVALID_REQUEST", format!("The request {problem}."))
    }

    pub fn too_many_connections() -> Refusal {
        let text = "Too many connections are open from this address. Close some, or try again in a moment.";
        Refusal::new(Meaning::TooMany, "TOO_MANY_CONNECTIONS", text).retry_after(CONNECTIONS_RETRY_S)
    }

    pub fn server_is_full() -> Refusal {
        let text = "All connections are taken. Try again in a moment.";
        Refusal::new(Meaning::Unavailable, "TOO_MANY_CONNECTIONS", text).retry_after(CONNECTIONS_RETRY_S)
    }

    pub fn missing_idempotency_key() -> Refusal {
        let text = "Send an Idempotency-Key header, so that repeating this request cannot do it twice.";
        Refusal::new(Meaning::Invalid, "MISSING_IDEMPOTENCY_KEY", text)
    }
}
