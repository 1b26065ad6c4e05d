//! One line per request, JSON once the subscriber writes JSON. Never a raw path, a header, a body or a token.

use super::{AccessLog, EdgeSettings};
use std::time::Duration;

/// One finished request.
pub(crate) struct Entry<'a> {
    pub request_id: &'a str,
    pub method: &'static str,
    pub route: &'a str,
    pub status: u16,
    pub took: Duration,
}

pub(crate) fn write(settings: &EdgeSettings, entry: &Entry<'_>) {
    let is_logged = match settings.access_log {
        AccessLog::All => true,
        AccessLog::SlowAndErrors => entry.status >= 500 || entry.took >= settings.slow,
        AccessLog::None => false,
    };
    if is_logged {
        tracing::info!(
            target: "access",
            request_id = entry.request_id,
            method = entry.method,
            route = entry.route,
            status = entry.status,
            duration_ms = entry.took.as_secs_f64() * 1_000.0,
            "request"
        );
    }
}
