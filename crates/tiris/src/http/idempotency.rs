//! The Idempotency-Key of a write, where its client sends one.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::Refusal;
use web::{IdempotencyKey, Refused};

/// The key, or none. Refusal: 400 for one that is malformed.
#[derive(Debug, Clone)]
pub struct MaybeKey(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for MaybeKey {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        match IdempotencyKey::from_headers(&parts.headers) {
            Ok(key) => Ok(Self(Some(key.0))),
            Err(Refusal { code: "MISSING_IDEMPOTENCY_KEY", .. }) => Ok(Self(None)),
            Err(refusal) => Err(refusal.into()),
        }
    }
}
