//! Query strings. Unknown names are ignored; wrong types are refused.

use crate::Refused;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::Refusal;
use serde::de::DeserializeOwned;

/// Characters of a parser's complaint that are passed on; it may quote the input.
const COMPLAINT_CHARS_MAX: usize = 200;

/// The query string as `T`. Refusal: 400 `VALIDATION_ERROR`.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            return Err(Refusal::field("query", "must not contain the NUL character").into());
        }
        match axum::extract::Query::try_from_uri(&parts.uri) {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(error) => {
                let problem: String = error.body_text().chars().take(COMPLAINT_CHARS_MAX).collect();
                Err(Refusal::field("query", &problem).into())
            }
        }
    }
}
