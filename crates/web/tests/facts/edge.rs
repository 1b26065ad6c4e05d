//! Facts about what every answer has: an id, headers, an envelope, whatever happened.

use crate::harness::{fetch, post_json, request, serve, settings};
use axum::http::StatusCode;
use serde_json::json;
use web::EdgeSettings;

#[tokio::test]
async fn a_usable_request_id_is_echoed_and_an_unusable_one_is_replaced() {
    let served = serve(settings());
    let echoed = request(&served, "GET", "/api/list", &[("x-request-id", "abc-123")], "").await;
    assert_eq!(echoed.header("x-request-id"), "abc-123");
    for bad in ["", "two words", &"x".repeat(65), "caf\u{e9}"] {
        let made = request(&served, "GET", "/api/list", &[("x-request-id", bad)], "").await;
        assert_eq!(made.header("x-request-id").len(), 26, "{bad:?}");
    }
    let seen = request(&served, "GET", "/api/facts", &[("x-request-id", "abc-123")], "").await;
    assert_eq!(seen.json()["data"]["request_id"], "abc-123");
    assert_eq!(seen.json()["data"]["at"], 1_893_456_000);
}

#[tokio::test]
async fn successes_and_refusals_are_wrapped() {
    let served = serve(settings());
    let listed = fetch(&served, "/api/list?page=2&per_page=10").await;
    let meta = json!({ "page": 2, "per_page": 10, "total": 25, "total_pages": 3, "has_more": true });
    assert_eq!(listed.json(), json!({ "success": true, "data": [10], "meta": meta }));
    let created = post_json(&served, "/api/orders", r#"{"name":" Ada ","quantity":2}"#).await;
    assert_eq!(created.status, StatusCode::CREATED);
    assert_eq!(created.json(), json!({ "success": true, "data": { "name": "Ada", "quantity": 2 } }));
    let refused = post_json(&served, "/api/orders", r#"{"name":" ","quantity":2}"#).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::BAD_REQUEST, "VALIDATION_ERROR"));
    assert_eq!(refused.json()["error"]["details"]["field"], "name");
    assert_eq!(refused.json()["success"], false);
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_answered_in_the_envelope() {
    let served = serve(settings());
    let nowhere = fetch(&served, "/api/nothing/here").await;
    assert_eq!((nowhere.status, nowhere.code().as_str()), (StatusCode::NOT_FOUND, "ROUTE_NOT_FOUND"));
    let method = request(&served, "PUT", "/api/orders", &[], "").await;
    assert_eq!(
        (method.status, method.code().as_str()),
        (StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED")
    );
    assert_eq!(method.header("allow"), "POST");
    for answer in [nowhere, method] {
        assert_eq!(answer.header("x-request-id").len(), 26);
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn a_panic_and_an_internal_refusal_are_500_and_leak_nothing() {
    let served = serve(settings());
    for path in ["/api/panic", "/api/broken", "/problem/broken", "/page/broken"] {
        let answer = fetch(&served, path).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        assert!(!answer.text.contains("secret"), "{path}: {}", answer.text);
        assert!(
            !answer.header("x-request-id").is_empty()
                && !answer.header("strict-transport-security").is_empty()
        );
    }
    assert_eq!(fetch(&served, "/api/panic").await.code(), "INTERNAL_ERROR");
    assert_eq!(fetch(&served, "/api/list").await.status, StatusCode::OK);
}

#[tokio::test]
async fn each_path_prefix_has_its_envelope() {
    let served = serve(settings());
    let headers = [("x-request-id", "rid-1")];
    let problem = request(&served, "GET", "/problem/broken", &headers, "").await;
    assert_eq!(problem.header("content-type"), "application/problem+json");
    assert_eq!(problem.json()["status"], 500);
    assert_eq!(
        (&problem.json()["error"], &problem.json()["request_id"]),
        (&json!("INTERNAL_ERROR"), &json!("rid-1"))
    );
    let page = request(&served, "GET", "/page/nowhere", &headers, "").await;
    assert_eq!(
        (page.status, page.header("content-type")),
        (StatusCode::NOT_FOUND, "text/html; charset=utf-8")
    );
    assert_eq!(page.text, "<h1>There is nothing at this address.</h1><small>rid-1 1893456000</small>");
    assert_eq!(fetch(&served, "/pages").await.header("content-type"), "application/json");
    assert!(fetch(&served, "/page").await.text.starts_with("<h1>"));
    let method = request(&served, "POST", "/page/broken", &headers, "").await;
    assert_eq!((method.status, method.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD"));
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let served = serve(settings());
    for path in ["/api/list", "/nowhere", "/api/broken"] {
        let answer = fetch(&served, path).await;
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert!(answer.header("content-security-policy").starts_with("default-src 'self';"));
        assert_eq!(answer.header("referrer-policy"), "strict-origin-when-cross-origin");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn only_listed_origins_may_call_across() {
    let cors_origins = vec![String::from("https://tickets.example")];
    let served = serve(EdgeSettings { cors_origins, ..settings() });
    let preflight = |origin: &'static str| {
        let headers = [("origin", origin), ("access-control-request-method", "POST")];
        let served = &served;
        async move { request(served, "OPTIONS", "/api/orders", &headers, "").await }
    };
    let listed = preflight("https://tickets.example").await;
    assert_eq!(listed.header("access-control-allow-origin"), "https://tickets.example");
    assert_eq!(listed.header("access-control-allow-credentials"), "true");
    let foreign = preflight("https://evil.example").await;
    assert_eq!(foreign.header("access-control-allow-origin"), "");
}

#[test]
fn a_star_and_a_path_are_no_origins() {
    let cors_origins = ["*", "https://*.example", "https://a.example/x", "ftp://a", "https://ok.example"];
    let cors_origins = cors_origins.map(String::from).to_vec();
    let problems = EdgeSettings { cors_origins, body_bytes_max: 0, ..settings() }.problems();
    assert_eq!(problems.len(), 5, "{problems:?}");
}

fn long_page() -> axum::response::Html<String> {
    axum::response::Html("<p>a page of many words</p>".repeat(100))
}

#[tokio::test]
async fn pages_are_packed_for_whoever_takes_gzip_and_json_is_not() {
    use axum::routing::get;
    let routes = axum::Router::new().route("/page/long", get(|| async { long_page() }));
    let served = crate::harness::serve_with(settings(), |_| routes);
    let accept = |coding: &'static str| {
        let served = &served;
        async move {
            let request = axum::http::Request::get("/page/long").header("accept-encoding", coding);
            let response = tower::ServiceExt::oneshot(
                served.router.clone(),
                request.body(axum::body::Body::empty()).expect("a request"),
            );
            response.await.expect("an answer")
        }
    };
    let packed = accept("br, gzip").await;
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    assert_eq!(packed.headers()["vary"], "accept-encoding");
    let length: usize = packed.headers()["content-length"].to_str().expect("text").parse().expect("a number");
    assert!(length < 300, "{length} bytes");
    for plain in ["identity", "gzip;q=0", "br"] {
        let answer = accept(plain).await;
        assert!(!answer.headers().contains_key("content-encoding"), "{plain}");
        assert_eq!(answer.headers()["vary"], "accept-encoding");
    }
    let json = request(&served, "GET", "/api/list", &[("accept-encoding", "gzip")], "").await;
    assert_eq!(json.header("content-encoding"), "");
}

#[tokio::test]
async fn over_https_every_cookie_of_ours_is_bound_to_this_host() {
    use axum::routing::get;
    let cookie = [("set-cookie", "fg_flash=in; Path=/page; HttpOnly; SameSite=Lax")];
    let seen = |headers: axum::http::HeaderMap| async move {
        headers.get("cookie").map_or(String::new(), |value| value.to_str().expect("text").to_owned())
    };
    let routes = axum::Router::new()
        .route("/page/set", get(move || async move { (cookie, "") }))
        .route("/page/seen", get(seen));
    let settings = EdgeSettings { public_url: "https://site.example".into(), ..settings() };
    let served = crate::harness::serve_with(settings, |_| routes);
    let set = fetch(&served, "/page/set").await;
    assert_eq!(set.header("set-cookie"), "__Host-fg_flash=in; HttpOnly; SameSite=Lax; Path=/; Secure");
    let tossed = [("cookie", "fg_session=evil; __Host-fg_session=mine")];
    assert_eq!(request(&served, "GET", "/page/seen", &tossed, "").await.text, "fg_session=mine");
}
