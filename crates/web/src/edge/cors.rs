//! Cross-origin calls: an allow-list of origins, or none at all.

use axum::http::{HeaderName, HeaderValue, Method, header};
use std::time::Duration;
use tower_http::cors::{AllowOrigin, CorsLayer};

/// How long a browser may remember a preflight.
const PREFLIGHT_AGE: Duration = Duration::from_secs(600);

/// The layer for `origins`; `None` without any, so that nobody pays for it. What is no header value matches no origin.
pub(crate) fn layer(origins: &[String]) -> Option<CorsLayer> {
    let listed: Vec<HeaderValue> =
        origins.iter().filter(|origin| *origin != "*").filter_map(|o| o.parse().ok()).collect();
    if listed.is_empty() {
        return None;
    }
    let exposed = [
        "x-request-id",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "idempotent-replayed",
    ];
    let layer = CorsLayer::new()
        .allow_origin(AllowOrigin::list(listed))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("idempotency-key"),
            HeaderName::from_static("x-idempotency-key"),
            HeaderName::from_static("x-queue-pass"),
            HeaderName::from_static("x-request-id"),
            HeaderName::from_static("x-tenant-slug"),
        ])
        .expose_headers(
            exposed.map(HeaderName::from_static).into_iter().chain([header::RETRY_AFTER]).collect::<Vec<_>>(),
        )
        .max_age(PREFLIGHT_AGE);
    Some(layer)
}
