//! Facts about envelopes that stalls bring themselves: their refusals and successes, and what is handed to the edge as one.

use crate::harness::{Answer, Served, fetch, request, serve_with, settings};
use axum::Router;
use axum::http::{Method, StatusCode};
use axum::routing::{get, post};
use cluster::RateClass;
use kernel::{Meaning, PageMeta, PageRequest, Paged, Refusal, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use web::{
    EdgeSettings, Envelope, EnvelopeFormat, ErrorBody, Limits, RateRule, RateRules, Refused, RouteSettings,
    replayed,
};

/// `{error:{code,message,details?},timestamp,requestId}` in camel case and lower-case codes; successes are bare.
mod pot {
    use super::{EnvelopeFormat, ErrorBody, PageMeta, Refusal, Serialize, Timestamp};

    #[derive(Debug)]
    pub struct Format;

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Failure<'a> {
        error: ErrorBody<'a>,
        timestamp: String,
        request_id: &'a str,
    }

    impl EnvelopeFormat for Format {
        fn success<T: Serialize>(
            body: &mut Vec<u8>,
            data: &T,
            _: Option<PageMeta>,
        ) -> Result<(), serde_json::Error> {
            serde_json::to_writer(body, data)
        }

        fn refusal(refusal: &Refusal, request_id: &str, at: Timestamp) -> String {
            let code = refusal.code.to_ascii_lowercase();
            let error = ErrorBody { code: &code, ..ErrorBody::of(refusal) };
            let failure = Failure { error, timestamp: at.rfc3339(), request_id };
            serde_json::to_string(&failure).expect("texts are JSON")
        }
    }

    web::answers!(Format);
}

/// `{success,data|error,metadata:{timestamp,trace_id}}`; lists nest their rows and the page.
mod with_metadata {
    use super::{EnvelopeFormat, ErrorBody, PageMeta, Refusal, Serialize, Timestamp};
    use std::io::Write as _;
    use web::SuccessTail;

    #[derive(Debug)]
    pub struct Format;

    #[derive(Serialize)]
    struct Failure<'a> {
        success: bool,
        error: ErrorBody<'a>,
        metadata: Metadata<'a>,
    }

    #[derive(Serialize)]
    struct Metadata<'a> {
        timestamp: String,
        trace_id: &'a str,
    }

    #[derive(Serialize)]
    struct List<'a, T> {
        items: &'a T,
        pagination: Pagination,
    }

    #[derive(Serialize)]
    struct Pagination {
        total: u64,
        limit: u32,
        offset: u64,
        has_more: bool,
    }

    fn write_tail(body: &mut Vec<u8>, trace_id: &str, at: Timestamp) {
        body.extend_from_slice(br#","metadata":"#);
        let metadata = Metadata { timestamp: at.rfc3339(), trace_id };
        serde_json::to_writer(&mut *body, &metadata).expect("texts are JSON");
        body.push(b'}');
    }

    impl EnvelopeFormat for Format {
        const SUCCESS_TAIL: Option<SuccessTail> = Some(write_tail);

        fn success<T: Serialize>(
            body: &mut Vec<u8>,
            data: &T,
            page: Option<PageMeta>,
        ) -> Result<(), serde_json::Error> {
            write!(body, r#"{{"success":true,"data":"#).expect("memory takes every byte");
            let Some(page) = page else { return serde_json::to_writer(body, data) };
            let offset = page.page.saturating_sub(1) * u64::from(page.per_page);
            let pagination =
                Pagination { total: page.total, limit: page.per_page, offset, has_more: page.has_more };
            serde_json::to_writer(body, &List { items: data, pagination })
        }

        fn refusal(refusal: &Refusal, trace_id: &str, at: Timestamp) -> String {
            let metadata = Metadata { timestamp: at.rfc3339(), trace_id };
            let failure = Failure { success: false, error: ErrorBody::of(refusal), metadata };
            serde_json::to_string(&failure).expect("texts are JSON")
        }
    }

    web::answers!(Format);
}

const AT: &str = "2030-01-01T00:00:00Z";

async fn refuse() -> Refused {
    let refusal = Refusal::new(Meaning::Conflict, "ALREADY_VOTED", "One vote each.");
    refusal.with_details(json!({ "event": 7 })).into()
}

fn page() -> Paged<u64> {
    let page = PageRequest::from_page(Some(2), Some(10));
    Paged { items: vec![page.offset], meta: page.meta(25) }
}

fn routes() -> Router {
    let fails = || async { pot::Data(Unwritable) };
    Router::new()
        .route("/pot/refused", get(refuse))
        .route("/pot/one", get(|| async { pot::Data(json!({ "ok": true })) }))
        .route("/pot/listed", get(|| async { pot::Listed(page()) }))
        .route("/pot/unwritable", get(fails))
        .route("/desk/refused", get(refuse))
        .route("/desk/one", get(|| async { with_metadata::Data(1) }))
        .route("/desk/made", post(|| async { replayed(axum_response(with_metadata::Created("x"))) }))
        .route("/desk/taken", post(|| async { with_metadata::Accepted("y") }))
        .route("/desk/listed", get(|| async { with_metadata::Listed(page()) }))
}

fn axum_response(answer: impl axum::response::IntoResponse) -> axum::response::Response {
    answer.into_response()
}

struct Unwritable;

impl Serialize for Unwritable {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("secret of the house"))
    }
}

/// What two stalls hand over, each as one value.
fn two_stalls() -> Vec<RouteSettings> {
    let rule = RateRule {
        method: Some(Method::POST),
        route: "/desk/taken",
        class: RateClass::new("desk_taken", 1, 1),
    };
    let rates = RateRules { routes: vec![rule], prefixes: vec![("/desk", RateClass::new("desk", 60, 4))] };
    vec![
        RouteSettings {
            envelopes: vec![("/pot", Envelope::of::<pot::Format>())],
            body_bytes_max: vec![("/pot", 100)],
            ..RouteSettings::default()
        },
        RouteSettings {
            envelopes: vec![("/desk", Envelope::of::<with_metadata::Format>())],
            rates,
            body_bytes_max: vec![("/desk", 10), ("/desk/made", 1_000)],
        },
    ]
}

fn served() -> Served {
    let mut settings = settings();
    settings.routes.extend(two_stalls());
    serve_with(EdgeSettings { limits: Limits::Times(1), ..settings }, |_| routes())
}

async fn named(served: &Served, method: &str, path: &str) -> Answer {
    request(served, method, path, &[("x-request-id", "rid-1")], "").await
}

#[tokio::test]
async fn a_stall_brings_an_envelope_with_its_own_names() {
    let served = served();
    let refused = named(&served, "GET", "/pot/refused").await;
    let error = json!({ "code": "already_voted", "message": "One vote each.", "details": { "event": 7 } });
    assert_eq!(refused.json(), json!({ "error": error, "timestamp": AT, "requestId": "rid-1" }));
    assert_eq!((refused.status, refused.header("content-type")), (StatusCode::CONFLICT, "application/json"));
    let unknown = named(&served, "GET", "/pot/nowhere").await.json();
    assert_eq!(
        (&unknown["error"]["code"], &unknown["requestId"]),
        (&json!("route_not_found"), &json!("rid-1"))
    );
    assert_eq!(named(&served, "GET", "/pot/one").await.json(), json!({ "ok": true }));
    assert_eq!(named(&served, "GET", "/pot/listed").await.json(), json!([10]));
}

#[tokio::test]
async fn a_stall_brings_an_envelope_that_names_the_request_in_successes_too() {
    let served = served();
    let metadata = json!({ "timestamp": AT, "trace_id": "rid-1" });
    let refused = named(&served, "GET", "/desk/refused").await.json();
    let error = json!({ "code": "ALREADY_VOTED", "message": "One vote each.", "details": { "event": 7 } });
    assert_eq!(refused, json!({ "success": false, "error": error, "metadata": metadata }));
    let one = named(&served, "GET", "/desk/one").await;
    assert_eq!(one.json(), json!({ "success": true, "data": 1, "metadata": metadata }));
    assert_eq!((one.header("content-type"), one.header("x-request-id")), ("application/json", "rid-1"));
    let made = named(&served, "POST", "/desk/made").await;
    assert_eq!((made.status, made.header("idempotent-replayed")), (StatusCode::CREATED, "true"));
    assert_eq!(made.json()["metadata"], metadata);
    let listed = named(&served, "GET", "/desk/listed").await.json();
    let pagination = json!({ "total": 25, "limit": 10, "offset": 10, "has_more": true });
    assert_eq!(listed["data"], json!({ "items": [10], "pagination": pagination }));
    let fresh = fetch(&served, "/desk/one").await;
    assert_eq!(fresh.json()["metadata"]["trace_id"], fresh.header("x-request-id"));
}

#[tokio::test]
async fn a_success_that_cannot_be_written_is_a_fault_in_the_stalls_envelope() {
    let answer = named(&served(), "GET", "/pot/unwritable").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.json()["error"]["code"], "internal_error");
    assert!(!answer.text.contains("secret"), "{}", answer.text);
}

#[test]
fn a_recorded_success_is_whole_in_every_format() {
    let at = Timestamp::from_secs(1_893_456_000);
    let body = web::success_body::<with_metadata::Format, _>(&1, None, "rid-1", at).expect("JSON");
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    let metadata = json!({ "timestamp": AT, "trace_id": "rid-1" });
    assert_eq!(body, json!({ "success": true, "data": 1, "metadata": metadata }));
    assert_eq!(web::success_bytes(&1, None).expect("JSON"), br#"{"success":true,"data":1}"#);
}

#[tokio::test]
async fn each_stall_hands_over_its_rates_and_limits_as_one_value() {
    let served = served();
    let limit = |path: &'static str| async {
        named(&served, "POST", path).await.header("x-ratelimit-limit").to_owned()
    };
    assert_eq!((limit("/desk/taken").await.as_str(), limit("/desk/made").await.as_str()), ("1", "60"));
    assert_eq!(limit("/pot/one").await, "");
    let refused = named(&served, "POST", "/desk/taken").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.json()["metadata"]["trace_id"], "rid-1");
    let sized = |path: &'static str, bytes: usize| {
        let served = &served;
        async move { request(served, "POST", path, &[("content-length", &bytes.to_string())], "").await.status }
    };
    for (path, max) in [("/desk/one", 10), ("/desk/made", 1_000), ("/pot/one", 100), ("/api/words/x", 65_536)]
    {
        assert_eq!(sized(path, max + 1).await, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
    assert_ne!(sized("/pot/one", 100).await, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn where_no_stall_verifies_tokens_none_is_accepted() {
    let me = |edge| {
        let me = get(|web::Caller(actor): web::Caller| async move { web::Data(actor.user.0) });
        Router::new().route("/elsewhere/me", me).with_state(crate::harness::Api(edge))
    };
    let served = serve_with(settings(), me);
    let token = [("authorization", "Bearer user-5")];
    assert_eq!(request(&served, "GET", "/api/me", &token, "").await.json()["data"], 5);
    let answer = request(&served, "GET", "/elsewhere/me", &token, "").await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNAUTHORIZED, "INVALID_TOKEN"));
}
