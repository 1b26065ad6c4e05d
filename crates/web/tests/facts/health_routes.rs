//! Facts about the ground's own addresses.

use crate::harness::{Served, fetch, send, serve_with, settings};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use web::{OperationsAccess, OperatorToken, Probe, Telemetry, health_routes, operations_routes, shutdown};

fn served(database_up: &Arc<AtomicBool>) -> Served {
    let telemetry = Telemetry::install();
    let up = database_up.clone();
    let database = Probe::new("database", move || {
        let answer =
            if up.load(Ordering::SeqCst) { Ok(()) } else { Err(String::from("secret host is down")) };
        std::future::ready(answer)
    });
    let always = Probe::new("bus", || std::future::ready(Ok(())));
    let version = json!({ "version": "0.1.0" });
    serve_with(settings(), |_| {
        health_routes(vec![database, always]).merge(operations_routes(
            version,
            telemetry,
            &OperationsAccess::Everybody,
        ))
    })
}

#[tokio::test]
async fn health_needs_nothing_and_readiness_names_what_is_missing() {
    let up = Arc::new(AtomicBool::new(true));
    let served = served(&up);
    assert_eq!(fetch(&served, "/ready").await.json()["data"]["probes"], json!(["database", "bus"]));
    up.store(false, Ordering::SeqCst);
    let ready = fetch(&served, "/ready").await;
    assert_eq!((ready.status, ready.code().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "NOT_READY"));
    assert_eq!(ready.json()["error"]["details"]["failed"], json!(["database"]));
    assert!(!ready.text.contains("secret"));
    assert_eq!(fetch(&served, "/health").await.json()["data"]["status"], "ok");
    assert_eq!(fetch(&served, "/version").await.json()["data"]["version"], "0.1.0");
}

#[tokio::test]
async fn what_is_for_operators_is_not_there_for_others() {
    let access = OperationsAccess::Bearer(OperatorToken::new("kG7vTq2ZrX9mWb4LsN8pYc1D"));
    let nobody = OperationsAccess::Bearer(OperatorToken::new(""));
    for (access, bearer, status) in [
        (&access, "kG7vTq2ZrX9mWb4LsN8pYc1D", StatusCode::OK),
        (&access, "kG7vTq2ZrX9mWb4LsN8pYc1E", StatusCode::NOT_FOUND),
        (&nobody, "", StatusCode::NOT_FOUND),
    ] {
        let routes = || operations_routes(json!({}), Telemetry::install(), access);
        let served = serve_with(settings(), |_| routes());
        for path in ["/version", "/metrics"] {
            let request = Request::get(path).header("authorization", format!("Bearer {bearer}"));
            let answer = send(&served, request.body(Body::empty()).expect("a request")).await;
            assert_eq!(answer.status, status, "{path} with {bearer}");
            assert_eq!(fetch(&served, path).await.status, StatusCode::NOT_FOUND, "{path} without a token");
        }
    }
}

#[tokio::test]
async fn a_process_that_is_ending_is_not_ready() {
    let (shutdown, closing) = shutdown();
    let probes = vec![Probe::open(closing)];
    let served = serve_with(settings(), |_| health_routes(probes));
    assert_eq!(fetch(&served, "/ready").await.status, StatusCode::OK);
    shutdown.begin();
    assert_eq!(fetch(&served, "/ready").await.json()["error"]["details"]["failed"], json!(["open"]));
}

#[tokio::test]
async fn metrics_label_routes_by_template_never_by_path() {
    let served = served(&Arc::new(AtomicBool::new(true)));
    for path in ["/api/apples/secret-path-1", "/nowhere/secret-path-2", "/api/list"] {
        fetch(&served, path).await;
    }
    let metrics = fetch(&served, "/metrics").await;
    assert!(metrics.header("content-type").starts_with("text/plain"));
    for line in [
        r#"http_requests_total{method="GET",route="/api/apples/{id}",status="404"}"#,
        r#"http_requests_total{method="GET",route="unmatched",status="404"}"#,
        r#"http_requests_total{method="GET",route="/api/list",status="200"}"#,
        r#"http_request_duration_seconds_bucket{method="GET",route="/api/list",le="0.001"}"#,
        r#"http_request_duration_seconds_bucket{method="GET",route="/api/list",le="10"}"#,
        "process_cpu_seconds_total ",
        "process_resident_memory_bytes ",
        "process_threads ",
        "process_open_fds ",
        "process_tasks ",
    ] {
        assert!(metrics.text.contains(line), "{line} is missing in\n{}", metrics.text);
    }
    assert!(!metrics.text.contains("secret-path"));
}
