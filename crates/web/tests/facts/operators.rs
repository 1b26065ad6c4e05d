//! Facts about operators: who shows the token is one, nobody else, and nobody where there is none.

use crate::harness::{Served, request, serve_with, settings};
use axum::Router;
use axum::extract::FromRef;
use axum::http::StatusCode;
use axum::routing::post;
use web::{Data, Edge, Operator, OperatorToken};

#[derive(Clone)]
struct Shop(OperatorToken);

impl FromRef<Shop> for OperatorToken {
    fn from_ref(shop: &Shop) -> Self {
        shop.0.clone()
    }
}

fn shop(token: &str) -> Served {
    let close = post(|_: Operator| async { Data("closed") });
    let state = Shop(OperatorToken::new(token));
    serve_with(settings(), |_: Edge| Router::new().route("/api/close", close).with_state(state))
}

async fn status(served: &Served, headers: &[(&str, &str)]) -> StatusCode {
    request(served, "POST", "/api/close", headers, "").await.status
}

#[tokio::test]
async fn who_shows_the_token_is_an_operator_and_nobody_else() {
    let shop = shop("operator-token");
    assert_eq!(status(&shop, &[("authorization", "Bearer operator-token")]).await, StatusCode::OK);
    for other in [
        "Bearer operator-tokem",
        "Bearer operator-token2",
        "Bearer o",
        "Bearer user-1",
        "Basic operator-token",
    ] {
        let refused = request(&shop, "POST", "/api/close", &[("authorization", other)], "").await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::FORBIDDEN, "FORBIDDEN"),
            "{other}"
        );
        assert!(!refused.text.contains("operator-token"), "{}", refused.text);
    }
    assert_eq!(status(&shop, &[]).await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn where_no_token_is_configured_nobody_is_an_operator() {
    let shop = shop("");
    for header in ["Bearer ", "Bearer", "Bearer x", ""] {
        assert_eq!(status(&shop, &[("authorization", header)]).await, StatusCode::FORBIDDEN, "{header:?}");
    }
    assert_eq!(status(&shop, &[]).await, StatusCode::FORBIDDEN);
}

#[test]
fn a_token_is_not_shown_in_logs() {
    assert!(!format!("{:?}", OperatorToken::new("secret")).contains("secret"));
}
