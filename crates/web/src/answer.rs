//! Successes on their way out: `Data`, `Created`, `Accepted`, `Listed`, in the envelope of the stall that made them. Refusals
//! are `Refused`.

use crate::Refused;
use crate::envelope::{ANSWER_BYTES, EnvelopeFormat, SuccessTail, Wrapped, json_response};
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use kernel::{PageMeta, Refusal, Timestamp};
use serde::Serialize;

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Defines `Data`, `Created`, `Accepted` and `Listed` in the module where it stands: a stall's successes, written in the
/// [`EnvelopeFormat`] that is named. The module needs no import for it.
#[macro_export]
macro_rules! answers {
    ($format:ty) => {
        $crate::answers!(@one $format, Data, OK, "200 with the data.");
        $crate::answers!(@one $format, Created, CREATED, "201 with the data.");
        $crate::answers!(@one $format, Accepted, ACCEPTED, "202 with the data: taken, not yet done.");

        /// 200 with a page of a list.
        #[derive(Debug)]
        pub struct Listed<T>(pub $crate::__private::Paged<T>);

        impl<T: $crate::__private::Serialize> $crate::__private::IntoResponse for Listed<T> {
            fn into_response(self) -> $crate::__private::Response {
                let page = Some(self.0.meta);
                $crate::respond::<$format, _>($crate::__private::StatusCode::OK, &self.0.items, page)
            }
        }
    };
    (@one $format:ty, $name:ident, $status:ident, $about:literal) => {
        #[doc = $about]
        #[derive(Debug)]
        pub struct $name<T>(pub T);

        impl<T: $crate::__private::Serialize> $crate::__private::IntoResponse for $name<T> {
            fn into_response(self) -> $crate::__private::Response {
                $crate::respond::<$format, _>($crate::__private::StatusCode::$status, &self.0, None)
            }
        }
    };
}

answers!(Wrapped);

/// Marks an answer as one that was given before.
#[must_use]
pub fn replayed(mut answer: Response) -> Response {
    answer.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    answer
}

/// A success in the format `F`; `page` is about the page of a list.
pub fn respond<F: EnvelopeFormat, T: Serialize>(
    status: StatusCode,
    data: &T,
    page: Option<PageMeta>,
) -> Response {
    let mut body = Vec::with_capacity(ANSWER_BYTES);
    let written = F::success(&mut body, data, page);
    finish(status, written.map(|()| body), F::SUCCESS_TAIL)
}

fn finish(
    status: StatusCode,
    body: Result<Vec<u8>, serde_json::Error>,
    tail: Option<SuccessTail>,
) -> Response {
    match (body, tail) {
        (Ok(body), None) => json_response(status, body),
        (Ok(body), Some(append_tail)) => {
            let mut response = json_response(status, Body::empty());
            response.extensions_mut().insert(OpenBody { body, append_tail });
            response
        }
        (Err(error), _) => Refused(Refusal::internal(error)).into_response(),
    }
}

/// The body of a success that the edge layer has to end.
#[derive(Debug, Clone)]
pub(crate) struct OpenBody {
    body: Vec<u8>,
    append_tail: SuccessTail,
}

impl OpenBody {
    /// The body, whole.
    pub fn end(mut self, request_id: &str, at: Timestamp) -> Body {
        (self.append_tail)(&mut self.body, request_id, at);
        Body::from(self.body)
    }
}
