//! Facts about rate limits as clients see them.

use crate::harness::{Served, request, serve, settings};
use axum::http::{Method, StatusCode};
use cluster::RateClass;
use web::{EdgeSettings, Limits, RateRule, RateRules, RouteSettings};

fn limited(limits: Limits) -> Served {
    let rule =
        RateRule { method: Some(Method::POST), route: "/api/orders", class: RateClass::new("order", 20, 3) };
    let by_id = RateRule { method: None, route: "/api/apples/{id}", class: RateClass::new("apple", 5, 1) };
    let prefixes =
        vec![("/api", RateClass::new("default", 100, 5)), ("/api/list", RateClass::new("list", 60, 2))];
    let trusted_proxies = vec!["0.0.0.0".parse().expect("an address")];
    let rates = RateRules { routes: vec![rule, by_id], prefixes };
    let routes = vec![RouteSettings { rates, ..RouteSettings::default() }];
    serve(EdgeSettings { limits, routes, trusted_proxies, ..settings() })
}

async fn allowed(served: &Served, method: &str, path: &str, header: (&str, &str)) -> usize {
    let mut count = 0;
    while request(served, method, path, &[header], "").await.status != StatusCode::TOO_MANY_REQUESTS {
        count += 1;
        assert!(count < 1_000, "no limit in sight");
    }
    count
}

#[tokio::test]
async fn the_headers_count_down_and_a_refusal_names_the_wait() {
    let served = limited(Limits::Times(1));
    let token = [("authorization", "Bearer user-1")];
    for remaining in ["2", "1", "0"] {
        let answer = request(&served, "POST", "/api/orders", &token, "").await;
        assert_eq!(answer.header("x-ratelimit-limit"), "20");
        assert_eq!(answer.header("x-ratelimit-remaining"), remaining);
    }
    let refused = request(&served, "POST", "/api/orders", &token, "").await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS")
    );
    assert_eq!((refused.header("retry-after"), refused.header("x-ratelimit-remaining")), ("3", "0"));
    assert_eq!(refused.header("x-ratelimit-reset"), "9");
    served.clock.advance_secs(3);
    let again = request(&served, "POST", "/api/orders", &token, "").await;
    assert_ne!(again.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn users_pay_for_themselves_and_strangers_by_address() {
    let served = limited(Limits::Times(1));
    assert_eq!(allowed(&served, "POST", "/api/orders", ("authorization", "Bearer user-1")).await, 3);
    assert_eq!(allowed(&served, "POST", "/api/orders", ("authorization", "Bearer user-2")).await, 3);
    assert_eq!(allowed(&served, "POST", "/api/orders", ("x-forwarded-for", "1.2.3.4")).await, 3);
    assert_eq!(allowed(&served, "POST", "/api/orders", ("x-forwarded-for", "1.2.3.5")).await, 3);
    // A bad token is nobody: it pays by address, so that inventing tokens buys nothing.
    assert_eq!(allowed(&served, "POST", "/api/orders", ("authorization", "Bearer nonsense-1")).await, 3);
    assert_eq!(allowed(&served, "POST", "/api/orders", ("authorization", "Bearer nonsense-2")).await, 0);
}

#[tokio::test]
async fn exact_routes_win_then_the_longest_prefix() {
    let served = limited(Limits::Times(1));
    let user = ("authorization", "Bearer user-1");
    assert_eq!(allowed(&served, "GET", "/api/apples/x", user).await, 1);
    assert_eq!(allowed(&served, "GET", "/api/list", user).await, 2);
    assert_eq!(allowed(&served, "GET", "/api/me", user).await, 5);
    let free = request(&served, "GET", "/problem/broken", &[user], "").await;
    assert_eq!(free.header("x-ratelimit-limit"), "");
}

#[tokio::test]
async fn limits_can_be_multiplied_and_turned_off() {
    let user = ("authorization", "Bearer user-1");
    assert_eq!(allowed(&limited(Limits::Times(10)), "POST", "/api/orders", user).await, 30);
    let free = limited(Limits::Off);
    for _ in 0..100 {
        assert_ne!(
            request(&free, "POST", "/api/orders", &[user], "").await.status,
            StatusCode::TOO_MANY_REQUESTS
        );
    }
}
