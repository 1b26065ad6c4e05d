//! How answers and refusals are written. What they say comes from elsewhere.
//!
//! A stall's envelope is a type that implements [`EnvelopeFormat`]: the edge is given `Envelope::of::<F>()` for the stall's
//! prefixes, handlers answer with the types that `web::answers!(F)` makes. [`Wrapped`] is the one of this crate.

use crate::status::status_of;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use kernel::{Meaning, PageMeta, Refusal, Timestamp};
use serde::Serialize;

/// `application/json`, ready to clone.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static(JSON_TYPE);
const BEARER: HeaderValue = HeaderValue::from_static("Bearer");

const JSON_TYPE: &str = "application/json";
const HTML_TYPE: &str = "text/html; charset=utf-8";

/// Room for a usual answer, so that rendering it grows no buffer.
pub(crate) const ANSWER_BYTES: usize = 512;

/// Renders the body of a refusal, with the request's id and the moment it arrived.
pub type RefusalBody = fn(refusal: &Refusal, request_id: &str, at: Timestamp) -> String;

/// Appends to a success what only the edge knows: the request's id and the moment it arrived.
pub type SuccessTail = fn(body: &mut Vec<u8>, request_id: &str, at: Timestamp);

/// A stall's way to write answers. Every choice is made when the stall is compiled.
pub trait EnvelopeFormat: 'static {
    /// The content type of refusals; successes are JSON.
    const CONTENT_TYPE: &'static str = JSON_TYPE;

    /// What ends every success, when that needs the request's id or time. `success` then leaves its body open.
    const SUCCESS_TAIL: Option<SuccessTail> = None;

    /// Writes a success; `page` is about the page of a list. Errors: `data` cannot be written as JSON.
    fn success<T: Serialize>(
        body: &mut Vec<u8>,
        data: &T,
        page: Option<PageMeta>,
    ) -> Result<(), serde_json::Error>;

    /// Writes a refusal.
    fn refusal(refusal: &Refusal, request_id: &str, at: Timestamp) -> String;
}

/// How the refusals below a path prefix are written.
#[derive(Debug, Clone, Copy)]
pub struct Envelope(Option<RefusalFormat>);

#[derive(Debug, Clone, Copy)]
struct RefusalFormat {
    content_type: &'static str,
    body: RefusalBody,
}

impl Envelope {
    /// [`Wrapped`], in which every refusal is born: nothing is written anew.
    pub const WRAPPED: Self = Self(None);

    /// A stall's own format.
    #[must_use]
    pub const fn of<F: EnvelopeFormat>() -> Self {
        Self::new(F::CONTENT_TYPE, F::refusal)
    }

    /// A page for people; `body` is HTML.
    #[must_use]
    pub const fn page(body: RefusalBody) -> Self {
        Self::new(HTML_TYPE, body)
    }

    const fn new(content_type: &'static str, body: RefusalBody) -> Self {
        Self(Some(RefusalFormat { content_type, body }))
    }

    /// Content type and body of a refusal, for the API's document.
    pub(crate) fn sample(self, refusal: &Refusal, request_id: &str, at: Timestamp) -> (&'static str, String) {
        match self.0 {
            Some(format) => (format.content_type, (format.body)(refusal, request_id, at)),
            None => (JSON_TYPE, Wrapped::refusal(refusal, request_id, at)),
        }
    }

    /// The response of `refusal`, with the headers its meaning asks for; `None` where it is written already.
    pub(crate) fn rewrite(self, refusal: &Refusal, request_id: &str, at: Timestamp) -> Option<Response> {
        let format = self.0?;
        let content_type = HeaderValue::from_static(format.content_type);
        Some(refusal_response(refusal, content_type, (format.body)(refusal, request_id, at)))
    }
}

/// `{success:true,data,meta?}` and `{success:false,error:{code,message,details?}}`.
#[derive(Debug)]
pub struct Wrapped;

impl EnvelopeFormat for Wrapped {
    fn success<T: Serialize>(
        body: &mut Vec<u8>,
        data: &T,
        page: Option<PageMeta>,
    ) -> Result<(), serde_json::Error> {
        serde_json::to_writer(body, &Success { success: true, data, meta: page })
    }

    fn refusal(refusal: &Refusal, _: &str, _: Timestamp) -> String {
        json_text(&Failure { success: false, error: ErrorBody::of(refusal) })
    }
}

/// A success as it is written.
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
    error: ErrorBody<'a>,
}

/// `{code,message,details?}`, for formats that nest it.
#[derive(Debug, Serialize)]
pub struct ErrorBody<'a> {
    /// Stable, for programs.
    pub code: &'a str,
    /// For people.
    pub message: &'a str,
    /// Facts for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<&'a serde_json::Value>,
}

impl<'a> ErrorBody<'a> {
    /// The refusal with its own code.
    #[must_use]
    pub fn of(refusal: &'a Refusal) -> Self {
        Self { code: refusal.code, message: &refusal.message, details: refusal.details.as_ref() }
    }
}

/// The content type of [`problem_body`].
pub const PROBLEM_TYPE: &str = "application/problem+json";

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

/// RFC 9457 problem details, with `error` and `message` for clients that read those; `code` is the refusal's code as this
/// stall's clients know it. For [`EnvelopeFormat::refusal`].
#[must_use]
pub fn problem_body(refusal: &Refusal, code: &str, request_id: &str) -> String {
    let status = status_of(refusal.meaning);
    json_text(&Problem {
        r#type: "about:blank",
        title: status.canonical_reason().unwrap_or_default(),
        status: status.as_u16(),
        detail: &refusal.message,
        error: code,
        message: &refusal.message,
        request_id,
        details: refusal.details.as_ref(),
    })
}

/// The body of a success in the format `F`, whole, for records of keyed requests. Errors: `data` cannot be written as JSON,
/// which is a fault of ours.
pub fn success_body<F: EnvelopeFormat, T: Serialize>(
    data: &T,
    page: Option<PageMeta>,
    request_id: &str,
    at: Timestamp,
) -> Result<Vec<u8>, Refusal> {
    let mut body = Vec::with_capacity(ANSWER_BYTES);
    F::success(&mut body, data, page).map_err(Refusal::internal)?;
    if let Some(append_tail) = F::SUCCESS_TAIL {
        append_tail(&mut body, request_id, at);
    }
    Ok(body)
}

/// The bytes of a wrapped success. Errors: `T` cannot be written as JSON, which is a fault of ours.
pub fn success_bytes<T: Serialize>(data: &T, page: Option<PageMeta>) -> Result<Vec<u8>, Refusal> {
    success_body::<Wrapped, T>(data, page, "", Timestamp::default())
}

/// A response of ready JSON bytes.
pub fn json_response(status: StatusCode, bytes: impl Into<Body>) -> Response {
    let mut response = Response::new(bytes.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}

/// The refusal in the envelope it is born in.
pub(crate) fn wrapped_refusal(refusal: &Refusal) -> Response {
    refusal_response(refusal, JSON, Wrapped::refusal(refusal, "", Timestamp::default()))
}

/// JSON of what cannot fail to be written as such.
fn json_text(body: &impl Serialize) -> String {
    serde_json::to_string(body).expect("texts and JSON values can be written as JSON")
}

fn refusal_response(refusal: &Refusal, content_type: HeaderValue, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
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
