//! `http_requests_total{method,route,status}` and `http_request_duration_seconds{method,route}`.
//!
//! Labels are bounded: known methods, route templates, statuses. The handles are looked up once and kept, because
//! registering a series by its labels costs more than the rest of the edge together.

use metrics::{Counter, Histogram};
use parking_lot::RwLock;
use std::collections::HashMap;
use std::time::Duration;

/// The label of requests that matched no route.
const UNMATCHED: &str = "unmatched";

#[derive(Default)]
pub(crate) struct HttpMetrics {
    /// Series by route template; a route has a handful of methods and statuses.
    routes: RwLock<HashMap<Box<str>, Vec<Series>>>,
}

#[derive(Clone)]
struct Series {
    method: &'static str,
    status: u16,
    requests: Counter,
    seconds: Histogram,
}

impl HttpMetrics {
    /// Counts one request of `route` (its template, none when nothing matched).
    pub fn record(&self, method: &'static str, route: Option<&str>, status: u16, took: Duration) {
        let route = route.unwrap_or(UNMATCHED);
        let known = self.routes.read();
        if let Some(series) = known.get(route).and_then(|all| find(all, method, status)) {
            return series.record(took);
        }
        drop(known);
        self.register(method, route, status).record(took);
    }

    fn register(&self, method: &'static str, route: &str, status: u16) -> Series {
        let mut routes = self.routes.write();
        let all = routes.entry(route.into()).or_default();
        if let Some(series) = find(all, method, status) {
            return series.clone();
        }
        let series = Series::new(method, route, status);
        all.push(series.clone());
        series
    }
}

impl Series {
    fn new(method: &'static str, route: &str, status: u16) -> Self {
        let route = route.to_owned();
        let status_text = status.to_string();
        Self {
            method,
            status,
            requests: metrics::counter!("http_requests_total", "method" => method, "route" => route.clone(), "status" => status_text),
            seconds: metrics::histogram!("http_request_duration_seconds", "method" => method, "route" => route),
        }
    }

    fn record(&self, took: Duration) {
        self.requests.increment(1);
        self.seconds.record(took.as_secs_f64());
    }
}

fn find<'a>(all: &'a [Series], method: &'static str, status: u16) -> Option<&'a Series> {
    all.iter().find(|series| series.status == status && series.method == method)
}
