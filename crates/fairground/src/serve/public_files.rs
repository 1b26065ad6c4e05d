//! What machines ask of a site at its root: `robots.txt` with the sitemaps of the stalls that have one, and `_now`, the server's clock
//! for pages that slept.

use axum::Router;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::json;
use stall::Manifest;
use tower::ServiceExt as _;
use web::{Edge, RequestFacts};

/// The routes. `site` is the public URL; `stalls` are asked which of them have a sitemap.
pub fn routes(site: String, open: Vec<&'static Manifest>, stalls: Router, edge: &Edge) -> Router {
    let robots = move || robots(site.clone(), open.clone(), stalls.clone());
    Router::new()
        .route("/robots.txt", get(robots))
        .route("/_now", get(|facts: RequestFacts| async move { now(&facts) }))
        .with_state(edge.clone())
}

fn now(facts: &RequestFacts) -> Response {
    let body = json!({ "now_ms": facts.at.as_micros() / 1_000 }).to_string();
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], body).into_response()
}

/// Nothing is hidden by it: it keeps engines from what would only waste their time and ours.
async fn robots(site: String, open: Vec<&'static Manifest>, stalls: Router) -> Response {
    let mut text = String::from("User-agent: *\nDisallow: /*/api/\nDisallow: /*/ws\n");
    for manifest in open {
        let path = format!("{}/sitemap.xml", manifest.prefix);
        let Ok(request) = Request::get(&path).body(Body::empty()) else { continue };
        let answer = stalls.clone().oneshot(request).await;
        if answer.is_ok_and(|answer| answer.status() == StatusCode::OK) {
            text += &format!("Sitemap: {site}{path}\n");
        }
    }
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
