//! Success helpers of the wrapped envelope: `Data`, `Created`, `Accepted`, `Listed`. Refusals are `Refused`.

use crate::Refused;
use crate::envelope::{json_response, success_bytes};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use kernel::{PageMeta, Paged};
use serde::Serialize;

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// 200 with `{success:true,data}`.
#[derive(Debug)]
pub struct Data<T>(pub T);

/// 201 with `{success:true,data}`.
#[derive(Debug)]
pub struct Created<T>(pub T);

/// 202 with `{success:true,data}`: taken, not yet done.
#[derive(Debug)]
pub struct Accepted<T>(pub T);

/// 200 with `{success:true,data:[…],meta}`.
#[derive(Debug)]
pub struct Listed<T>(pub Paged<T>);

impl<T: Serialize> IntoResponse for Data<T> {
    fn into_response(self) -> Response {
        respond(StatusCode::OK, &self.0, None)
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        respond(StatusCode::CREATED, &self.0, None)
    }
}

impl<T: Serialize> IntoResponse for Accepted<T> {
    fn into_response(self) -> Response {
        respond(StatusCode::ACCEPTED, &self.0, None)
    }
}

impl<T: Serialize> IntoResponse for Listed<T> {
    fn into_response(self) -> Response {
        respond(StatusCode::OK, &self.0.items, Some(self.0.meta))
    }
}

/// Marks an answer as one that was given before.
#[must_use]
pub fn replayed(mut answer: Response) -> Response {
    answer.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    answer
}

fn respond<T: Serialize>(status: StatusCode, data: &T, meta: Option<PageMeta>) -> Response {
    match success_bytes(data, meta) {
        Ok(bytes) => json_response(status, bytes),
        Err(refusal) => Refused(refusal).into_response(),
    }
}
