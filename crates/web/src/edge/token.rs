//! Bearer tokens: where they stand in a request, and who says whom they speak for.

use crate::refused::edge_refusals::invalid_token;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use kernel::{Actor, Refusal, Timestamp};

/// Accepts or refuses access tokens. Pure of I/O: it is called on every request, on the thread that serves it.
pub trait TokenVerifier: Send + Sync {
    /// The actor a token speaks for. Errors: 401 `INVALID_TOKEN`, 401 `TOKEN_EXPIRED`, 403 `USER_INACTIVE`.
    fn verify(&self, token: &str, now: Timestamp) -> Result<Actor, Refusal>;

    /// Whether the rate limit of a route is not applied to a request, say because its caller waited for this moment: the word
    /// for `X-RateLimit-Bypass`. Called on every request of a known caller, so it looks at the route first.
    fn limit_bypass(&self, _: &BypassRequest<'_>) -> Option<&'static str> {
        None
    }
}

/// What a bypass is decided by.
#[derive(Debug, Clone, Copy)]
pub struct BypassRequest<'r> {
    /// The matched route template.
    pub route: &'r str,
    /// What came with it.
    pub headers: &'r HeaderMap,
    /// The verified caller.
    pub caller: Actor,
    /// The present.
    pub now: Timestamp,
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

/// The token of an `Authorization: Bearer …` header. `None` without the header, and for another scheme: that is for somebody
/// else, say a proxy that guards a site which is not public yet. Errors: no token, or unreadable bytes.
pub fn bearer(headers: &HeaderMap) -> Option<Result<&str, Refusal>> {
    let value = headers.get(AUTHORIZATION)?.as_bytes();
    let (scheme, token) = match value.iter().position(|byte| *byte == b' ') {
        Some(at) => (&value[..at], &value[at + 1..]),
        None => (value, &value[value.len()..]),
    };
    if !scheme.eq_ignore_ascii_case(b"bearer") {
        return None;
    }
    let token = std::str::from_utf8(token).ok().map(str::trim);
    let token = token.filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()));
    Some(token.ok_or_else(invalid_token))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_our_own_scheme_is_read() {
        let read = |text: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, HeaderValue::from_bytes(text).expect("a value"));
            bearer(&headers).map(|token| token.map(str::to_owned).map_err(|refusal| refusal.code))
        };
        assert_eq!(read(b"bEaReR abc"), Some(Ok("abc".to_owned())));
        for foreign in [&b"Basic dXNlcjpwYXNz"[..], b"Digest x", b"Basic \xff", b"nonsense", b"Bearerx y"] {
            assert_eq!(read(foreign), None);
        }
        for bad in [&b"Bearer"[..], b"Bearer ", b"Bearer a b", b"Bearer \xff"] {
            assert_eq!(read(bad), Some(Err("INVALID_TOKEN")));
        }
    }
}
