//! One line per request, JSON once the subscriber writes JSON. Never a raw path, a header, a body or a token.

use super::{AccessLog, EdgeSettings};
use std::time::Duration;

/// One finished request.
pub(crate) struct Line<'a> {
    pub request_id: &'a str,
    pub method: &'static str,
    pub route: &'a str,
    pub status: u16,
    pub took: Duration,
}

pub(crate) fn write(settings: &EdgeSettings, line: &Line<'_>) {
    let wanted = match settings.access_log {
        AccessLog::All => true,
        AccessLog::SlowAndErrors => line.status >= 500 || line.took >= settings.slow,
        AccessLog::None => false,
    };
    if wanted {
        tracing::info!(
            target: "access",
            request_id = line.request_id,
            method = line.method,
            route = line.route,
            status = line.status,
            duration_ms = line.took.as_secs_f64() * 1_000.0,
            "request"
        );
    }
}
