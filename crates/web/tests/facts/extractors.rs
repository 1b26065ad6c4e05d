//! Facts about who is believed and what is read from paths, queries and headers.

use crate::harness::{AppleId, PearId, fetch, ids, request, serve, settings};
use axum::http::StatusCode;
use serde_json::json;

#[tokio::test]
async fn callers_are_believed_by_their_token_alone() {
    let served = serve(settings());
    let me = |headers: Vec<(&'static str, &'static str)>| {
        let served = &served;
        async move { request(served, "GET", "/api/me", &headers, "").await }
    };
    assert_eq!(me(vec![("authorization", "Bearer user-5")]).await.json()["data"], 5);
    assert_eq!(me(vec![("authorization", "bearer user-5")]).await.json()["data"], 5);
    let missing = me(vec![]).await;
    assert_eq!((missing.status, missing.code().as_str()), (StatusCode::UNAUTHORIZED, "MISSING_TOKEN"));
    assert_eq!(missing.header("www-authenticate"), "Bearer");
    assert_eq!(me(vec![("authorization", "Bearer expired")]).await.code(), "TOKEN_EXPIRED");
    for foreign in ["Basic dXNlcg==", "Digest x", "user-5", "caf\u{e9}"] {
        assert_eq!(me(vec![("authorization", foreign)]).await.code(), "MISSING_TOKEN", "{foreign}");
    }
    for bad in ["Bearer nobody", "Bearer", "Bearer ", "Bearer caf\u{e9}"] {
        let answer = me(vec![("authorization", bad)]).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::UNAUTHORIZED, "INVALID_TOKEN"),
            "{bad}"
        );
    }
}

#[tokio::test]
async fn identity_headers_of_a_client_are_ignored() {
    let served = serve(settings());
    let forged =
        [("x-user-id", "1"), ("x-user-role", "admin"), ("x-tenant-id", "9"), ("x-user-email", "a@b.c")];
    assert_eq!(request(&served, "GET", "/api/me", &forged, "").await.code(), "MISSING_TOKEN");
    let both = [&forged[..], &[("authorization", "Bearer user-5")]].concat();
    assert_eq!(request(&served, "GET", "/api/me", &both, "").await.json()["data"], 5);
}

#[tokio::test]
async fn nobody_is_welcome_where_anybody_is_but_a_bad_token_is_told() {
    let served = serve(settings());
    assert_eq!(fetch(&served, "/api/maybe").await.json()["data"], false);
    let maybe = |token: &'static str| {
        let served = &served;
        async move { request(served, "GET", "/api/maybe", &[("authorization", token)], "").await }
    };
    assert_eq!(maybe("Bearer user-1").await.json()["data"], true);
    assert_eq!(maybe("Bearer expired").await.code(), "TOKEN_EXPIRED");
    // A staging site behind Basic: the scheme is the proxy's, and the caller is nobody.
    assert_eq!(maybe("Basic dXNlcjpwYXNz").await.json()["data"], false);
}

#[tokio::test]
async fn ids_of_another_kind_key_or_shape_are_unknown_ids() {
    let served = serve(settings());
    let apple = ids().encode(AppleId(42));
    assert_eq!(fetch(&served, &format!("/api/apples/{apple}")).await.json()["data"], 42);
    let pear = ids().encode(PearId(42));
    let foreign_key = kernel::PublicIds::new([8; 16]).encode(AppleId(42));
    let bad =
        [pear.as_str(), &foreign_key, "1", "42", "%00", "%ff%fe", "..%2f", "%F0%9F%98%80", &"9".repeat(3000)];
    for id in bad {
        let answer = fetch(&served, &format!("/api/apples/{id}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
    }
    assert_eq!(fetch(&served, &format!("/api/apples/{pear}")).await.code(), "NOT_FOUND");
    let pair = fetch(&served, &format!("/api/pairs/{apple}/{pear}")).await;
    assert_eq!(pair.json()["data"], json!([42, 42]));
    assert_eq!(fetch(&served, &format!("/api/pairs/{pear}/{apple}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn words_in_paths_are_decoded_and_bounded() {
    let served = serve(settings());
    assert_eq!(fetch(&served, "/api/words/neon%20tide").await.json()["data"], "neon tide");
    for bad in ["a%00b", "%0a", &"x".repeat(201), "%ff"] {
        assert_eq!(fetch(&served, &format!("/api/words/{bad}")).await.status, StatusCode::NOT_FOUND, "{bad}");
    }
}

#[tokio::test]
async fn queries_of_the_wrong_type_are_refused() {
    let served = serve(settings());
    for bad in ["page=x", "page=-1", "page=1.5", "page=99999999999", "page=1&page=2", "q=%00"] {
        let answer = fetch(&served, &format!("/api/list?{bad}")).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::BAD_REQUEST, "VALIDATION_ERROR"),
            "{bad}"
        );
    }
    assert_eq!(fetch(&served, "/api/list?per_page=1000").await.json()["meta"]["per_page"], 100);
}

#[tokio::test]
async fn an_unknown_parameter_of_a_query_is_named() {
    let served = serve(settings());
    for (query, name) in
        [("pag=2", "pag"), ("page=1&per-page=5", "per-page"), ("page%5B%5D=1", "page[]"), ("", "")]
    {
        let answer = fetch(&served, &format!("/api/list?{query}")).await;
        if name.is_empty() {
            assert_eq!(answer.status, StatusCode::OK);
            continue;
        }
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "VALIDATION_ERROR"));
        assert_eq!(answer.json()["error"]["details"]["field"], name);
        assert!(answer.text.contains("page, per_page"), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_header_that_is_asked_for_once_is_not_taken_twice() {
    let served = serve(settings());
    let token = [("authorization", "Bearer user-5"), ("authorization", "Bearer user-6")];
    let key = [("idempotency-key", "a"), ("idempotency-key", "a")];
    for (method, path, headers) in [("GET", "/api/me", &token[..]), ("POST", "/api/keyed", &key[..])] {
        let answer = request(&served, method, path, headers, "").await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "REPEATED_HEADER"));
    }
    let both = [("idempotency-key", "a"), ("x-idempotency-key", "b")];
    assert_eq!(request(&served, "POST", "/api/keyed", &both, "").await.code(), "VALIDATION_ERROR");
    let same = [("idempotency-key", "a"), ("x-idempotency-key", "a")];
    assert_eq!(request(&served, "POST", "/api/keyed", &same, "").await.json()["data"], "a");
}

#[tokio::test]
async fn a_slash_too_many_leads_to_the_address_without_it() {
    let served = serve(settings());
    for (path, to) in
        [("/api/list/", "/api/list"), ("/api/list//?page=2", "/api/list?page=2"), ("/page/x/", "/page/x")]
    {
        let answer = fetch(&served, path).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (StatusCode::PERMANENT_REDIRECT, to),
            "{path}"
        );
    }
    // What would name another host is nothing at all.
    for nothing in ["//evil.example/", "///"] {
        assert_eq!(fetch(&served, nothing).await.status, StatusCode::NOT_FOUND, "{nothing}");
    }
}

#[tokio::test]
async fn idempotency_keys_come_under_either_name() {
    let served = serve(settings());
    let keyed = |headers: Vec<(&'static str, String)>| {
        let served = &served;
        async move {
            let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            request(served, "POST", "/api/keyed", &headers, "").await
        }
    };
    for name in ["idempotency-key", "x-idempotency-key"] {
        assert_eq!(keyed(vec![(name, "k".repeat(128))]).await.json()["data"], "k".repeat(128));
        let missing = keyed(vec![(name, String::new())]).await;
        assert_eq!(
            (missing.status, missing.code().as_str()),
            (StatusCode::BAD_REQUEST, "MISSING_IDEMPOTENCY_KEY")
        );
        for bad in ["k".repeat(129), String::from("a b"), String::from("caf\u{e9}")] {
            assert_eq!(keyed(vec![(name, bad)]).await.code(), "VALIDATION_ERROR");
        }
    }
    assert_eq!(keyed(vec![]).await.code(), "MISSING_IDEMPOTENCY_KEY");
}
