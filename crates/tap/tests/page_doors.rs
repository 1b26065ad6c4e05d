//! The pages through a real edge: what is served, how it may be kept, and what a missing page looks like.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use cluster::LocalLimiter;
use http_body_util::BodyExt;
use kernel::PublicIds;
use std::io::Read as _;
use std::sync::Arc;
use tap::pages::{HouseRules, PagesState, assets, refusal_page, router};
use tower::ServiceExt as _;
use web::{AccessLog, Edge, EdgeParts, EdgeSettings, Envelope, Limits, RouteSettings};

fn pages() -> Router {
    let parts = EdgeParts {
        clock: testkit::standing_clock(),
        ids: PublicIds::new([7; 16]),
        verifiers: Vec::new(),
        limiter: Arc::new(LocalLimiter::new()),
    };
    let envelopes = vec![("/tap", Envelope::page(refusal_page))];
    let routes = RouteSettings { envelopes, ..RouteSettings::default() };
    let settings = EdgeSettings {
        access_log: AccessLog::None,
        limits: Limits::Off,
        routes: vec![routes],
        ..EdgeSettings::default()
    };
    let edge = Edge::new(parts, settings);
    edge.guard(router(PagesState { edge: edge.clone(), rules: Arc::new(HouseRules::default()) }))
}

async fn get(path: &str, coding: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    let request =
        Request::get(path).header("accept-encoding", coding).body(Body::empty()).expect("a request");
    let (parts, body) = pages().oneshot(request).await.expect("answered").into_parts();
    (parts.status, parts.headers, body.collect().await.expect("whole").to_bytes().to_vec())
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("text")
}

#[tokio::test]
async fn every_page_is_served_whole_and_runs_no_foreign_script() {
    for (path, said) in
        [("/tap", "id=\"grid\""), ("/tap/help", "The rules"), ("/tap/bets/01JD7/proof", "data-bet=\"01JD7\"")]
    {
        let (status, headers, body) = get(path, "").await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(text(body).contains(said), "{path}");
        let policy = headers["content-security-policy"].to_str().expect("text");
        assert!(policy.starts_with("default-src 'self'"), "{path}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_page_with_a_way_back() {
    for path in ["/tap/nothing", "/tap/bets/a%3Cb/proof"] {
        let (status, _, body) = get(path, "").await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert!(text(body).contains("Back to the grid"), "{path}");
    }
    assert_eq!(get("/tap/assets/x/secrets.js", "").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn files_are_kept_for_a_year_under_their_own_version_and_shortly_under_another() {
    let (status, headers, _) = get(&assets::url("tap.js"), "").await;
    assert_eq!(
        (status, headers["cache-control"].to_str().expect("text")),
        (StatusCode::OK, "public, max-age=31536000, immutable")
    );
    let (status, headers, _) = get("/tap/assets/0123456789ab/tap.js", "").await;
    assert_eq!(
        (status, headers["cache-control"].to_str().expect("text")),
        (StatusCode::OK, "public, max-age=60")
    );
}

#[tokio::test]
async fn a_packed_file_is_the_plain_one() {
    let url = assets::url("bets.js");
    let (_, plain_headers, plain) = get(&url, "br").await;
    let (_, headers, packed) = get(&url, "br, gzip").await;
    assert!(plain_headers.get("content-encoding").is_none());
    assert_eq!(headers["content-encoding"], "gzip");
    assert!(packed.len() < plain.len());
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut unpacked).expect("gzip");
    assert_eq!(unpacked, plain);
}
