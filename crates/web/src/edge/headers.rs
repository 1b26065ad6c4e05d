//! The security headers of every answer. A handler that set one itself keeps its own.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// Room for the headers the edge adds, so that the map grows once.
const EDGE_HEADERS: usize = 16;

const ALWAYS: [(HeaderName, HeaderValue); 6] = [
    (header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; \
             form-action 'self'; frame-ancestors 'none'",
        ),
    ),
    (header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin")),
    // Answers are somebody's: only what says otherwise (assets) may be kept by a cache.
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

pub(crate) fn secure(headers: &mut HeaderMap) {
    headers.reserve(EDGE_HEADERS);
    for (name, value) in &ALWAYS {
        headers.entry(name).or_insert_with(|| value.clone());
    }
}
