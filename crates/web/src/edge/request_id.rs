//! Request ids: a client's own when it is short and visible, else a fresh one.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

/// The header, in and out.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Bytes of the longest id taken from a client, so that it cannot fill our logs.
const ID_BYTES_MAX: usize = 64;

/// A request's id: visible ASCII, at most 64 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub(crate) HeaderValue);

impl RequestId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

/// Makes ids: 16 digits drawn at start and a counter. Unique, not secret.
#[derive(Debug)]
pub(crate) struct RequestIds {
    start: u64,
    made: AtomicU64,
}

impl RequestIds {
    pub fn new() -> Self {
        // The standard library's hash keys are random; no other chance is needed for an id that guards nothing.
        Self { start: RandomState::new().hash_one("request ids"), made: AtomicU64::new(1) }
    }

    /// The client's id where it can be used, a fresh one otherwise.
    pub fn of(&self, headers: &HeaderMap) -> RequestId {
        match headers.get(X_REQUEST_ID) {
            Some(value) if is_usable(value.as_bytes()) => RequestId(value.clone()),
            _ => self.fresh(),
        }
    }

    fn fresh(&self) -> RequestId {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let number = u128::from(self.start) << 64 | u128::from(self.made.fetch_add(1, Ordering::Relaxed));
        // 16 digits of the start and 10 of the counter: a million requests a second for twelve days.
        let digit = |at: usize| {
            let shift = if at < 16 { 124 - 4 * at } else { 36 - 4 * (at - 16) };
            DIGITS[usize::try_from((number >> shift) & 0xf).unwrap_or(0)]
        };
        let text: [u8; 26] = std::array::from_fn(digit);
        RequestId(HeaderValue::from_bytes(&text).expect("hexadecimal digits are visible ASCII"))
    }
}

fn is_usable(id: &[u8]) -> bool {
    !id.is_empty() && id.len() <= ID_BYTES_MAX && id.iter().all(u8::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_ids_differ_and_keep_their_start() {
        let ids = RequestIds::new();
        let (first, second) = (ids.fresh(), ids.fresh());
        assert_eq!(first.as_str().len(), 26);
        assert_eq!(first.as_str()[..16], second.as_str()[..16]);
        assert!(first.as_str().ends_with("0000000001") && second.as_str().ends_with("0000000002"));
    }
}
