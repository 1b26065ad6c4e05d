//! The client's name for one attempt, from `Idempotency-Key` or `X-Idempotency-Key`.

use crate::Refused;
use crate::refused::edge_refusals::missing_idempotency_key;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use kernel::Refusal;

/// Bytes of the longest key: room for two UUIDs and a prefix.
const KEY_BYTES_MAX: usize = 128;

/// 1..=128 visible ASCII characters. Refusals: 400 `MISSING_IDEMPOTENCY_KEY`, 400 `VALIDATION_ERROR`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(pub String);

impl From<IdempotencyKey> for String {
    fn from(key: IdempotencyKey) -> Self {
        key.0
    }
}

impl IdempotencyKey {
    /// Reads the key from headers. Under both names it must be the same.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, Refusal> {
        let (plain, other) = (headers.get("idempotency-key"), headers.get("x-idempotency-key"));
        if plain.is_some() && other.is_some() && plain != other {
            return Err(Refusal::field("Idempotency-Key", "was sent twice, with different values"));
        }
        let value = plain.or(other);
        let value = value.ok_or_else(missing_idempotency_key)?.as_bytes();
        if value.is_empty() {
            return Err(missing_idempotency_key());
        }
        if value.len() > KEY_BYTES_MAX || !value.iter().all(u8::is_ascii_graphic) {
            return Err(Refusal::field("Idempotency-Key", "must be 1 to 128 visible ASCII characters"));
        }
        let key = String::from_utf8(value.to_vec()).map_err(Refusal::internal)?;
        Ok(Self(key))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        Ok(Self::from_headers(&parts.headers)?)
    }
}
