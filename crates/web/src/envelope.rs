//! How answers and refusals are written: the wrapped envelope, problem details, or a page. What they say comes from elsewhere.

use crate::refused::status_of;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use kernel::{Meaning, PageMeta, Refusal, Timestamp};
use serde::Serialize;
use std::borrow::Cow;

/// `application/json`, ready to clone.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");
const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const BEARER: HeaderValue = HeaderValue::from_static("Bearer");

/// Room for a usual answer, so that rendering it grows no buffer.
const ANSWER_BYTES: usize = 512;

/// Renders a refusal as HTML, with the request's id and the moment it arrived.
pub type RefusalPage = fn(refusal: &Refusal, request_id: &str, at: Timestamp) -> String;

/// How the refusals below a path prefix are written.
#[derive(Debug, Clone, Copy)]
pub enum Envelope {
    /// `{success:false,error:{code,message,details?}}`.
    Wrapped,
    /// RFC 9457 problem details, with `error` and `message` for clients that read those. The function spells the codes
    /// that every stall shares (`RATE_LIMITED`) as this stall's clients know them.
    Problem(fn(&'static str) -> Cow<'static, str>),
    /// A page for people.
    Page(RefusalPage),
}

impl Envelope {
    /// The response of `refusal`, with the headers its meaning asks for.
    pub(crate) fn refusal(self, refusal: &Refusal, request_id: &str, at: Timestamp) -> Response {
        match self {
            Self::Wrapped => wrapped_refusal(refusal),
            Self::Problem(spell) => problem_refusal(refusal, &spell(refusal.code), request_id),
            Self::Page(page) => respond_refusal(refusal, HTML, page(refusal, request_id, at).into_bytes()),
        }
    }
}

/// A success as it is written: `{success:true,data,meta?}`.
#[derive(Serialize)]
struct Success<'a, T: Serialize> {
    success: bool,
    data: &'a T,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<PageMeta>,
}

#[derive(Serialize)]
struct Failure<'a> {
    success: bool,
    error: FailureBody<'a>,
}

#[derive(Serialize)]
struct FailureBody<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<&'a serde_json::Value>,
}

#[derive(Serialize)]
struct Problem<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    error: &'a str,
    message: &'a str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<&'a serde_json::Value>,
}

/// The bytes of a wrapped success. Errors: `T` cannot be written as JSON, which is a fault of ours.
pub fn success_bytes<T: Serialize>(data: &T, meta: Option<PageMeta>) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::with_capacity(ANSWER_BYTES);
    let success = Success { success: true, data, meta };
    serde_json::to_writer(&mut bytes, &success).map_err(Refusal::internal)?;
    Ok(bytes)
}

/// A response of ready JSON bytes.
pub fn json_response(status: StatusCode, bytes: impl Into<Body>) -> Response {
    let mut response = Response::new(bytes.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}

pub(crate) fn wrapped_refusal(refusal: &Refusal) -> Response {
    let error =
        FailureBody { code: refusal.code, message: &refusal.message, details: refusal.details.as_ref() };
    respond_refusal(refusal, JSON, written(&Failure { success: false, error }))
}

fn problem_refusal(refusal: &Refusal, code: &str, request_id: &str) -> Response {
    let status = status_of(refusal.meaning);
    let problem = Problem {
        r#type: "about:blank",
        title: status.canonical_reason().unwrap_or_default(),
        status: status.as_u16(),
        detail: &refusal.message,
        error: code,
        message: &refusal.message,
        request_id,
        details: refusal.details.as_ref(),
    };
    respond_refusal(refusal, PROBLEM_JSON, written(&problem))
}

fn written(body: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(ANSWER_BYTES);
    serde_json::to_writer(&mut bytes, body).expect("texts and JSON values can be written as JSON");
    bytes
}

fn respond_refusal(refusal: &Refusal, content_type: HeaderValue, bytes: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status_of(refusal.meaning);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, content_type);
    if let Some(seconds) = refusal.retry_after_s {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if refusal.meaning == Meaning::Unauthenticated {
        headers.insert(WWW_AUTHENTICATE, BEARER);
    }
    response
}
