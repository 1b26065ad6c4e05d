//! Facts about what is logged: each request once, each cause once, no secret and no raw path ever.

use crate::harness::{fetch, request, serve, settings};
use parking_lot::Mutex;
use serde_json::Value;
use std::io::{self, Write};
use std::sync::Arc;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;
use web::{AccessLog, EdgeSettings};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Lines {
    /// Collects this thread's log until the guard is dropped.
    fn collect() -> (Self, DefaultGuard) {
        let lines = Self::default();
        let subscriber =
            tracing_subscriber::fmt().json().flatten_event(true).with_writer(lines.clone()).finish();
        let guard = tracing::subscriber::set_default(subscriber);
        (lines, guard)
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().clone()).expect("logs are UTF-8")
    }

    fn with_message(&self, message: &str) -> Vec<Value> {
        let lines = self.text();
        let parsed =
            lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("each line is JSON"));
        parsed.filter(|line| line["message"] == message).collect()
    }
}

#[tokio::test]
async fn a_request_is_one_line_without_path_or_token() {
    let (lines, _guard) = Lines::collect();
    let served = serve(EdgeSettings { access_log: AccessLog::All, ..settings() });
    let headers = [("x-request-id", "rid-7"), ("authorization", "Bearer user-424242")];
    request(&served, "GET", "/api/apples/raw-path?q=raw-query", &headers, "").await;
    let logged = lines.with_message("request");
    assert_eq!(logged.len(), 1);
    let (line, text) = (&logged[0], lines.text());
    assert_eq!((&line["request_id"], &line["method"]), (&"rid-7".into(), &"GET".into()));
    assert_eq!((&line["route"], &line["status"]), (&"/api/apples/{id}".into(), &404.into()));
    assert!(line["duration_ms"].is_number());
    assert!(!text.contains("raw-path") && !text.contains("raw-query") && !text.contains("424242"), "{text}");
}

#[tokio::test]
async fn the_cause_of_a_failure_is_logged_once_with_the_request_id() {
    let (lines, _guard) = Lines::collect();
    let served = serve(settings());
    for path in ["/api/broken", "/api/panic", "/page/broken"] {
        request(&served, "GET", path, &[("x-request-id", path)], "").await;
        let failures = lines.with_message("request failed");
        let mine: Vec<_> = failures.iter().filter(|line| line["request_id"] == path).collect();
        assert_eq!(mine.len(), 1, "{path}");
        assert_eq!(mine[0]["code"], "INTERNAL_ERROR");
        assert!(mine[0]["cause"].as_str().is_some_and(|cause| cause.contains("secret of the house")));
    }
}

#[tokio::test]
async fn ordinary_requests_can_be_left_out() {
    let (lines, _guard) = Lines::collect();
    let served = serve(EdgeSettings { access_log: AccessLog::SlowAndErrors, ..settings() });
    for path in ["/api/list", "/nowhere", "/api/broken"] {
        fetch(&served, path).await;
    }
    let statuses: Vec<_> = lines.with_message("request").iter().map(|line| line["status"].clone()).collect();
    assert_eq!(statuses, [500]);
}
