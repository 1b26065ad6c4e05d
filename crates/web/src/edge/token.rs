//! Bearer tokens: where they stand in a request, and who says whom they speak for.

use crate::refused::edge_refusals::invalid_token;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use kernel::{Actor, Refusal, Timestamp};

/// Accepts or refuses access tokens. Pure of I/O: it is called on every request, on the thread that serves it.
pub trait TokenVerifier: Send + Sync {
    /// The actor a token speaks for. Errors: 401 `INVALID_TOKEN`, 401 `TOKEN_EXPIRED`, 403 `USER_INACTIVE`.
    fn verify(&self, token: &str, now: Timestamp) -> Result<Actor, Refusal>;
}

impl TokenVerifier for identity::Identity {
    fn verify(&self, token: &str, now: Timestamp) -> Result<Actor, Refusal> {
        Self::verify(self, token, now)
    }
}

/// Accepts no token: what stands where no stall verifies any.
#[derive(Debug, Clone, Copy)]
pub struct DenyAll;

impl TokenVerifier for DenyAll {
    fn verify(&self, _: &str, _: Timestamp) -> Result<Actor, Refusal> {
        Err(invalid_token())
    }
}

/// The token of an `Authorization: Bearer …` header; `None` without the header. Errors: another scheme or unreadable bytes.
pub fn bearer(headers: &HeaderMap) -> Option<Result<&str, Refusal>> {
    let value = headers.get(AUTHORIZATION)?;
    let token = value.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token.trim())
    });
    Some(token.ok_or_else(invalid_token))
}
