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
        refuse_nul("query", parts.uri.query().unwrap_or_default().as_bytes())?;
        match axum::extract::Query::try_from_uri(&parts.uri) {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(error) => Err(complaint("query", &error.body_text()).into()),
        }
    }
}

/// Refuses an encoded NUL in `name=value` pairs; no database text can hold one.
pub(super) fn refuse_nul(what: &str, pairs: &[u8]) -> Result<(), Refusal> {
    if pairs.windows(3).any(|window| window == b"%00") || pairs.contains(&0) {
        return Err(Refusal::field(what, "must not contain the NUL character"));
    }
    Ok(())
}

pub(super) fn complaint(what: &str, problem: &str) -> Refusal {
    let problem: String = problem.chars().take(COMPLAINT_CHARS_MAX).collect();
    Refusal::field(what, &problem)
}
