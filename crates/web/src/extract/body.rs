//! JSON bodies: read with a limit in bytes and seconds, parsed, refused with a code. Fields' rules are checked by their domain.

use crate::Refused;
use crate::edge::Edge;
use crate::refused::edge_refusals::{invalid_request, payload_too_large, unsupported_media};
use axum::extract::{FromRef, FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use kernel::{Meaning, Refusal};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// Seconds a client may take to send a body we agreed to read; the largest one needs 13 kB/s.
const BODY_READ_MAX: Duration = Duration::from_secs(5);
/// Characters of a parser's complaint that are passed on; it may quote the input.
const COMPLAINT_CHARS_MAX: usize = 200;

/// A JSON body. An empty body reads as `null`, so `Body<()>` and `Body<Option<T>>` accept it.
///
/// Refusals: 400 `VALIDATION_ERROR` (wrong types, an array for an object, missing or repeated fields, NUL in a text), 400
/// `INVALID_REQUEST` (not JSON, not UTF-8), 413 `PAYLOAD_TOO_LARGE`, 415 `UNSUPPORTED_MEDIA_TYPE`.
#[derive(Debug)]
pub struct Body<T>(pub T);

/// A JSON body and the very bytes it was read from, for signatures and request hashes.
#[derive(Debug)]
pub struct BodyAndBytes<T> {
    /// The parsed value.
    pub value: T,
    /// As received.
    pub bytes: Bytes,
}

/// The bytes of a body as received, whatever they are: for webhooks, whose signature is checked before anything is read.
///
/// Refusals: 413 `PAYLOAD_TOO_LARGE`, 400 `INVALID_REQUEST`.
#[derive(Debug)]
pub struct RawBody(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for RawBody
where
    Edge: FromRef<S>,
{
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let limit = Edge::from_ref(state).body_bytes_max_at(request.uri().path());
        Ok(Self(read(request.into_body(), limit).await?))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T>
where
    Edge: FromRef<S>,
{
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let BodyAndBytes { value, .. } = BodyAndBytes::from_request(request, state).await?;
        Ok(Self(value))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for BodyAndBytes<T>
where
    Edge: FromRef<S>,
{
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let limit = Edge::from_ref(state).body_bytes_max_at(request.uri().path());
        let (parts, body) = request.into_parts();
        let bytes = read(body, limit).await?;
        if !bytes.is_empty() && !is_json(&parts.headers) {
            return Err(unsupported_media().into());
        }
        let value = parse_json(&bytes)?;
        Ok(Self { value, bytes })
    }
}

pub(super) async fn read(body: axum::body::Body, limit_bytes: usize) -> Result<Bytes, Refusal> {
    let reading = Limited::new(body, limit_bytes).collect();
    match tokio::time::timeout(BODY_READ_MAX, reading).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(payload_too_large(limit_bytes)),
        Ok(Err(_)) => Err(invalid_request("The body ended before it was complete.")),
        Err(_) => Err(Refusal::new(Meaning::Invalid, "REQUEST_TIMEOUT", "The body took too long to arrive.")),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(content_type) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
        || (essence.len() > 17
            && essence[..12].eq_ignore_ascii_case("application/")
            && essence.ends_with("+json"))
}

/// Parses JSON bytes as every body is parsed (see [`kernel::json`]); public for webhooks that verify the raw bytes first.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    if bytes.is_empty() {
        return serde_json::from_slice(b"null").map_err(|_| invalid_request("A JSON body is needed."));
    }
    if std::str::from_utf8(bytes).is_err() {
        return Err(complaint("INVALID_REQUEST", "it is not valid UTF-8"));
    }
    if has_nul_escape(bytes) {
        return Err(complaint("VALIDATION_ERROR", "texts must not contain the NUL character"));
    }
    kernel::json::from_slice(bytes).map_err(|error| {
        let code = if error.is_data() { "VALIDATION_ERROR" } else { "INVALID_REQUEST" };
        complaint(code, &error.to_string())
    })
}

fn complaint(code: &'static str, problem: &str) -> Refusal {
    let problem: String = problem.chars().take(COMPLAINT_CHARS_MAX).collect();
    let details = serde_json::json!({ "problem": problem });
    Refusal::new(Meaning::Invalid, code, format!("The body cannot be used: {problem}.")).with_details(details)
}

/// Whether a JSON text holds an escaped NUL. No database text can, so it is refused before anything looks at it.
fn has_nul_escape(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        if rest[at + 1..].starts_with(b"u0000") {
            return true;
        }
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    false
}
