//! Answers while data is being fetched: 202 with what is there already, at the top of the body as clients read it.

use super::answer::TirisFormat;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{PageMeta, Refusal, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use web::{EnvelopeFormat, SuccessTail, respond};

/// Seconds after which asking again makes sense.
const RETRY_AFTER_S: u64 = 2;

/// What is said meanwhile.
#[derive(Debug, Serialize, ToSchema)]
pub struct Warming<T: ToSchema> {
    success: bool,
    status: &'static str,
    message: &'static str,
    /// Steps that have no candle yet.
    gaps: usize,
    /// Seconds.
    retry_after: u64,
    /// What is there.
    data: T,
}

/// 202 with `data`, of which `gaps` steps are missing.
pub fn warming<T: Serialize + ToSchema>(data: T, gaps: usize) -> Response {
    let message = "Prices are being fetched. Ask again in a moment.";
    let body = Warming { success: true, status: "warming", message, gaps, retry_after: RETRY_AFTER_S, data };
    let mut response = respond::<WarmingFormat, _>(StatusCode::ACCEPTED, &body, None);
    let seconds = axum::http::HeaderValue::from(RETRY_AFTER_S);
    response.headers_mut().insert(axum::http::header::RETRY_AFTER, seconds);
    response
}

/// The body's own fields, then the metadata.
struct WarmingFormat;

impl EnvelopeFormat for WarmingFormat {
    const SUCCESS_TAIL: Option<SuccessTail> = TirisFormat::SUCCESS_TAIL;

    fn success<T: Serialize>(
        body: &mut Vec<u8>,
        data: &T,
        _: Option<PageMeta>,
    ) -> Result<(), serde_json::Error> {
        serde_json::to_writer(&mut *body, data)?;
        // The metadata is still to come, and ends the object.
        body.pop();
        Ok(())
    }

    fn refusal(refusal: &Refusal, request_id: &str, at: Timestamp) -> String {
        TirisFormat::refusal(refusal, request_id, at)
    }
}
