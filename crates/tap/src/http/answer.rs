//! Plain JSON answers: this stall's clients know no envelope.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::Refusal;
use serde::Serialize;
use web::{Refused, json_response};

/// A status and a body.
#[derive(Debug)]
pub struct Plain<T>(pub StatusCode, pub T);

/// 200 with a body.
pub fn ok<T>(body: T) -> Plain<T> {
    Plain(StatusCode::OK, body)
}

impl<T: Serialize> IntoResponse for Plain<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.1) {
            Ok(bytes) => json_response(self.0, bytes),
            Err(error) => Refused(Refusal::internal(error)).into_response(),
        }
    }
}
