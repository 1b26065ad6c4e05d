//! Plain JSON answers and problem details: this stall's clients know no envelope.

use crate::refusals::spell;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{PageMeta, Refusal, Timestamp};
use serde::Serialize;
use web::{EnvelopeFormat, PROBLEM_TYPE, problem_body, respond};

/// A status and a body.
#[derive(Debug)]
pub struct Plain<T>(pub StatusCode, pub T);

/// 200 with a body.
pub fn ok<T>(body: T) -> Plain<T> {
    Plain(StatusCode::OK, body)
}

impl<T: Serialize> IntoResponse for Plain<T> {
    fn into_response(self) -> Response {
        respond::<PlainFormat, _>(self.0, &self.1, None)
    }
}

/// Successes are their data alone, refusals are problem details.
#[derive(Debug)]
pub struct PlainFormat;

impl EnvelopeFormat for PlainFormat {
    const CONTENT_TYPE: &'static str = PROBLEM_TYPE;

    fn success<T: Serialize>(
        body: &mut Vec<u8>,
        data: &T,
        _: Option<PageMeta>,
    ) -> Result<(), serde_json::Error> {
        serde_json::to_writer(body, data)
    }

    fn refusal(refusal: &Refusal, request_id: &str, _: Timestamp) -> String {
        problem_body(refusal, &spell(refusal.code), request_id)
    }
}
