//! A table of things clients should not send. Each gets a 4xx in the envelope, never a 5xx, never plain text.

use crate::harness::{Answer, Served, request, send, serve, settings};
use axum::body::Body;
use axum::http::{HeaderValue, Request, StatusCode};
use bytes::Bytes;
use futures_util::stream;
use std::convert::Infallible;

/// JSON that says the wrong things.
const INVALID: &[&str] = &[
    r#"{"name":"a"}"#,
    r#"{"name":"a","quantity":"1"}"#,
    r#"{"name":"a","quantity":-1}"#,
    r#"{"name":"a","quantity":1.5}"#,
    r#"{"name":"a","quantity":1e3}"#,
    r#"{"name":"a","quantity":99999999999999999999}"#,
    r#"{"name":"a","quantity":null}"#,
    r#"{"name":"a","quantity":true}"#,
    r#"{"name":"a","quantity":[1]}"#,
    r#"{"name":"a","quantity":1,"quantity":2}"#,
    r#"{"name":["a"],"quantity":1}"#,
    r#"{"name":"a\u0000b","quantity":1}"#,
    r#"{"name":"a\\\u0000b","quantity":1}"#,
    r#"{"name":"\u0007","quantity":1}"#,
    r#"{"name":"   ","quantity":1}"#,
    r#"{"name":"a","quantity":1,"extra":"\u0000"}"#,
    r#"{"name":"a","quantity":1,"extra":1,"extra":2}"#,
    r#"["a",1]"#,
    "[]",
    "null",
    "1",
    r#""text""#,
];

/// Texts that are no JSON.
const UNREADABLE: &[&str] = &[
    "",
    " ",
    "{",
    "}",
    "{]",
    "{\"name\":\"a\",",
    "nul",
    "{'name':1}",
    "\u{feff}{}",
    "NaN",
    r#"{"name":"\ud800","quantity":1}"#,
    r#"{"name":"\udc00\ud800","quantity":1}"#,
    r#"{"name":"\x","quantity":1}"#,
    "{\"name\":\"a\nb\",\"quantity\":1}",
    r#"{"name":"a","quantity":1}x"#,
    r#"{"name":"a","quantity":01}"#,
    "{\"name\":\"a\0\",\"quantity\":1}",
];

fn assert_refused(answer: &Answer, what: &str) {
    assert!(answer.status.is_client_error(), "{what}: {} {}", answer.status, answer.text);
    assert_eq!(answer.header("content-type"), "application/json", "{what}");
    assert!(
        !answer.code().is_empty() && !answer.header("x-request-id").is_empty(),
        "{what}: {}",
        answer.text
    );
    assert!(answer.text.len() < 2_000, "{what}: an answer of {} bytes", answer.text.len());
}

async fn post(served: &Served, content_type: &str, body: impl Into<Body>) -> Answer {
    request(served, "POST", "/api/orders", &[("content-type", content_type)], body).await
}

async fn check_body(served: &Served, body: impl Into<Body>, what: &str, code: &str) {
    let answer = post(served, "application/json", body).await;
    assert_refused(&answer, what);
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, code), "{what}");
}

#[tokio::test]
async fn bodies_of_every_wrong_shape_are_refused_by_code() {
    let served = serve(settings());
    for body in INVALID {
        check_body(&served, *body, body, "VALIDATION_ERROR").await;
    }
    for body in UNREADABLE {
        check_body(&served, *body, body, "INVALID_REQUEST").await;
    }
}

#[tokio::test]
async fn huge_and_unprintable_bodies_are_refused_in_few_words() {
    let served = serve(settings());
    let long = "x".repeat(30_000);
    let long_name = format!(r#"{{"name":"{long}","quantity":1}}"#);
    let long_type = format!(r#"{{"name":1,"quantity":"{long}"}}"#);
    check_body(&served, long_name, "a long name", "VALIDATION_ERROR").await;
    check_body(&served, long_type, "a long value of the wrong type", "VALIDATION_ERROR").await;
    check_body(&served, "[".repeat(10_000), "ten thousand brackets", "INVALID_REQUEST").await;
    check_body(&served, format!(r#"{{"x":{}"#, "[".repeat(10_000)), "deep inside", "INVALID_REQUEST").await;
    check_body(&served, vec![b'{', b'"', 0xff, 0xfe, b'"', b'}'], "invalid UTF-8", "INVALID_REQUEST").await;
}

#[tokio::test]
async fn texts_that_only_look_naughty_are_taken() {
    let served = serve(settings());
    for name in [r"a\\u0000b", r"\ud83d\ude00", "'; DROP TABLE users; --", "<script>", "\u{202e}abc", "𝕏"]
    {
        let body = format!(r#"{{"name":"{name}","quantity":0}}"#);
        let answer = post(&served, "application/json; charset=utf-8", body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{name}: {}", answer.text);
    }
}

#[tokio::test]
async fn other_content_types_are_not_read() {
    let served = serve(settings());
    let body = r#"{"name":"a","quantity":1}"#;
    for content_type in
        ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "json", "é"]
    {
        let answer = post(&served, content_type, body).await;
        assert_refused(&answer, content_type);
        assert_eq!(answer.code(), "UNSUPPORTED_MEDIA_TYPE", "{content_type}");
    }
    for content_type in ["application/json", "APPLICATION/JSON", "application/vnd.api+json; x=1"] {
        assert_eq!(post(&served, content_type, body).await.status, StatusCode::CREATED, "{content_type}");
    }
}

#[tokio::test]
async fn large_bodies_are_refused_whether_announced_or_not() {
    let served = serve(settings());
    let large = format!(r#"{{"name":"{}","quantity":1}}"#, "x".repeat(64 * 1024));
    let announced = [("content-type", "application/json"), ("content-length", "70000")];
    let announced = request(&served, "POST", "/api/orders", &announced, large.clone()).await;
    let streamed = stream::iter(large.into_bytes()).chunks_of_bytes();
    let streamed = post(&served, "application/json", Body::from_stream(streamed)).await;
    for answer in [announced, streamed] {
        assert_refused(&answer, "large");
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(answer.code(), "PAYLOAD_TOO_LARGE");
    }
    let lying = [("content-type", "application/json"), ("content-length", "99999999999999999999999")];
    assert_refused(&request(&served, "POST", "/api/orders", &lying, "{}").await, "an absurd length");
}

#[tokio::test]
async fn forms_are_read_and_refused_like_bodies() {
    let served = serve(settings());
    let send = |content_type: &'static str, body: String| {
        let served = &served;
        async move { request(served, "POST", "/api/form", &[("content-type", content_type)], body).await }
    };
    let form = "application/x-www-form-urlencoded";
    let taken = send(form, String::from("name=a+b&quantity=3&csrf=x")).await;
    assert_eq!(taken.json()["data"], 3);
    for bad in
        ["", "name=a", "name=a&quantity=x", "name=a&quantity=-1", "name=%00&quantity=1", "name=\0&quantity=1"]
    {
        assert_refused(&send(form, bad.to_owned()).await, bad);
    }
    assert_eq!(send("text/plain", String::new()).await.code(), "UNSUPPORTED_MEDIA_TYPE");
    assert_eq!(send(form, "x".repeat(70_000)).await.code(), "PAYLOAD_TOO_LARGE");
}

#[tokio::test]
async fn odd_headers_and_methods_never_break_the_edge() {
    let served = serve(settings());
    let names = [
        "authorization",
        "idempotency-key",
        "x-request-id",
        "x-forwarded-for",
        "content-type",
        "accept",
        "cookie",
    ];
    let long = vec![b'x'; 8_000];
    let values: [&[u8]; 7] = [b"", b"\xff\xfe", b"\t", b"Bearer \xff", b"a,b;c=\"", b"%00", &long];
    for name in names {
        for value in values {
            let request =
                Request::post("/api/keyed").header(name, HeaderValue::from_bytes(value).expect("allowed"));
            let answer = send(&served, request.body(Body::empty()).expect("well-formed")).await;
            assert!(answer.status.as_u16() < 500, "{name}: {:?} gave {}", value, answer.status);
            assert_eq!(answer.header("content-type"), "application/json");
        }
    }
    for method in ["TRACE", "CONNECT", "PROPFIND", "X", "OPTIONS", "HEAD"] {
        let answer = request(&served, method, "/api/orders", &[], "").await;
        assert!(answer.status.is_client_error(), "{method}: {}", answer.status);
    }
}

/// Chunks a byte stream, so that no length is announced.
trait ChunksOfBytes {
    fn chunks_of_bytes(self) -> impl futures_util::Stream<Item = Result<Bytes, Infallible>> + Send + 'static;
}

impl<S: futures_util::Stream<Item = u8> + Send + 'static> ChunksOfBytes for S {
    fn chunks_of_bytes(self) -> impl futures_util::Stream<Item = Result<Bytes, Infallible>> + Send + 'static {
        use futures_util::StreamExt;
        self.chunks(1_000).map(|chunk| Ok(Bytes::from(chunk)))
    }
}
